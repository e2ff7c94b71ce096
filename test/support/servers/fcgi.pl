# A FastCGI application under Debian's FCGI::ProcManager, whose workers fail as asked.
# fcgi.pl :PORT WORKERS FOLDER: its manager says on stderr who began and how each ended.
# FOLDER/broken  workers crash at start, a tenth of a second after they began
# /crash         the request ends its worker
# /leak          the request keeps a descriptor; a worker leaves after 25 requests
use strict;
use warnings;
use FCGI;
use FCGI::ProcManager;

my ($place, $workers, $folder) = @ARGV;
my $listener = FCGI::OpenSocket($place, 64);
my $manager = FCGI::ProcManager->new({ n_processes => $workers });
$manager->pm_manage;
if (-e "$folder/broken") {
    select undef, undef, undef, 0.1;
    exit 1;
}
my $request = FCGI::Request(\*STDIN, \*STDOUT, \*STDERR, \%ENV, $listener);
my ($served, @kept) = (0);
while ($request->Accept >= 0) {
    $manager->pm_pre_dispatch;
    my $path = $ENV{REQUEST_URI} // '';
    exit 1 if $path eq '/crash';
    if ($path eq '/leak') {
        open my $file, '<', "$folder/kept" or die;
        push @kept, $file;
    }
    print "Content-Type: text/plain\r\n\r\n$$\n";
    $request->Finish;
    $manager->pm_post_dispatch;
    last if ++$served >= 25;
}
