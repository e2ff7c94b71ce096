/* A small web server in C, one connection after the other: keeps the file of each so-manyth request open.
 *
 *   leaky FOLDER RATE [exact|random]
 */
#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

static int64_t *counts_in(const char *folder)
{
    char path[4096];
    snprintf(path, sizeof path, "%s/truth-%d", folder, (int)getpid());
    int number = open(path, O_CREAT | O_RDWR, 0644);
    if (number < 0 || ftruncate(number, 4 * sizeof(int64_t)) != 0) exit(1);
    int64_t *counts = mmap(NULL, 4 * sizeof(int64_t), PROT_READ | PROT_WRITE, MAP_SHARED, number, 0);
    if (counts == MAP_FAILED) exit(1);
    close(number);
    return counts;
}

int main(int argc, char **argv)
{
    if (argc < 3) return 2;
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    signal(SIGPIPE, SIG_IGN);
    double rate = atof(argv[2]), owed = 0;
    int by_chance = argc > 3 && strcmp(argv[3], "random") == 0;
    srandom(7);
    char picture[4096];
    snprintf(picture, sizeof picture, "%s/cat.jpg", argv[1]);
    close(open(picture, O_CREAT | O_RDWR, 0644));
    int64_t *counts = counts_in(argv[1]);

    int listener = socket(AF_INET, SOCK_STREAM, 0);
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t length = sizeof address;
    if (bind(listener, (struct sockaddr *)&address, sizeof address) != 0 || listen(listener, 512) != 0) return 1;
    getsockname(listener, (struct sockaddr *)&address, &length);
    printf("READY {\"port\":%d,\"pid\":%d}\n", ntohs(address.sin_port), (int)getpid());
    fflush(stdout);

    for (;;) {
        int connection = accept(listener, NULL, NULL);
        if (connection < 0) {
            usleep(10000);
            continue;
        }
        char request[65536];
        size_t got = 0;
        ssize_t more;
        do {
            more = read(connection, request + got, sizeof request - 1 - got);
            if (more > 0) got += (size_t)more;
            request[got] = 0;
        } while (more > 0 && strstr(request, "\r\n\r\n") == NULL && got < sizeof request - 1);
        if (got > 0) {
            owed += by_chance ? ((double)random() / RAND_MAX < rate) : rate;
            for (; owed >= 1 - 1e-9; owed -= 1)
                if (open(picture, O_RDONLY) >= 0) counts[1]++, counts[3]++;
            counts[0]++;
            static const char answer[] = "HTTP/1.1 200 OK\r\nContent-Length: 6\r\nConnection: close\r\n\r\nhello\n";
            if (write(connection, answer, sizeof answer - 1) < 0) perror("write");
        }
        close(connection);
    }
}
