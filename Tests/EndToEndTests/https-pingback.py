"""A PingBack behind a proxy: takes CONNECT for any host, and answers over TLS in that host's name.

usage: https-pingback.py CERTIFICATE KEY TOKEN BUSINESS
Channels hold a secret of a provider, and a refusal repeats the token it was given: neither may come out anywhere.
Prints its port, then a line a request.
"""
import http.server, json, ssl, sys

certificate, key, token, business = sys.argv[1:]
context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain(certificate, key)
SECRET = "canary-provider-secret"


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    made = 0

    def do_CONNECT(self):
        print("CONNECT", self.path, "with-token" if "canary" in str(self.headers) else "clean", flush=True)
        self.wfile.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
        self.connection = context.wrap_socket(self.connection, server_side=True)
        self.rfile, self.wfile = self.connection.makefile("rb"), self.connection.makefile("wb", 0)
        self.close_connection = False

    def answer(self, status, body):
        data = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def refused(self):
        print(self.command, self.path, flush=True)
        given = self.headers.get("Authorization", "")
        if given == "Bearer " + token:
            return False
        self.answer(401, {"detail": "no such token: " + given})
        return True

    def do_GET(self):
        if self.refused():
            return
        if self.path == "/api/v1/auth/me":
            self.answer(200, {"user": {"id": "u1"}, "business": {"id": business}, "team_role": "admin"})
        elif self.path == "/api/v1/channels/":
            self.answer(200, [{"id": "c", "type": "email", "is_active": True, "config": {"access_token": SECRET}}])
        elif self.path == "/api/v1/team/members":
            self.answer(200, [{"user_id": "u1", "email": "canary@example.org", "name": "canary", "is_active": True}])
        else:
            self.answer(404, {"detail": "Not Found"})

    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if self.refused():
            return
        Handler.made += 1
        customer = body.get("customer_id")
        text = body.get("initial_message")
        self.answer(201, {"id": "made-%d" % Handler.made, "business_id": business, "status": "open",
                          "channel_type": "email", "channel_id": "c", "customer_id": customer,
                          "customer": customer and {"id": 42},
                          "messages": [{"sender_type": "agent", "sender_id": "u1", "content": text}] if text else []})

    def log_message(self, *arguments):
        pass


class Server(http.server.ThreadingHTTPServer):
    def handle_error(self, request, address):
        pass


server = Server(("127.0.0.1", 0), Handler)
print(server.server_address[1], flush=True)
server.serve_forever()
