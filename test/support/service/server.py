"""The same service on http.server: server.py PORT [leak]."""
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

kept = []


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        if self.path == '/file':
            file = open(__file__)
            if sys.argv[2:] == ['leak']:
                kept.append(file)
            else:
                file.close()
        self.send_response(200)
        self.send_header('Content-Length', '3')
        self.end_headers()
        self.wfile.write(b'ok\n')

    def log_message(self, *_):
        pass


server = ThreadingHTTPServer(('127.0.0.1', int(sys.argv[1])), Handler)
server.daemon_threads = True
print('listening', flush=True)
server.serve_forever()
