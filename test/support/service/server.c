/* The same service, one connection at a time: server PORT [leak]. */
#include <arpa/inet.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

int main(int argc, char **argv) {
  int leak = argc > 2 && strcmp(argv[2], "leak") == 0;
  int on = 1;
  int listener = socket(AF_INET, SOCK_STREAM, 0);
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(atoi(argv[1])), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (bind(listener, (struct sockaddr *)&address, sizeof address) || listen(listener, 64)) {
    perror("listen");
    return 1;
  }
  for (;;) {
    static const char answer[] = "HTTP/1.1 200 OK\r\nContent-Length: 3\r\nConnection: close\r\n\r\nok\n";
    char request[4096];
    int client = accept(listener, NULL, NULL);
    ssize_t got = read(client, request, sizeof request - 1);
    request[got > 0 ? got : 0] = 0;
    if (strncmp(request, "GET /file ", 10) == 0) {
      int file = open("/etc/hostname", O_RDONLY);
      if (!leak) close(file);
    }
    if (write(client, answer, sizeof answer - 1) < 0) perror("write");
    close(client);
  }
}
