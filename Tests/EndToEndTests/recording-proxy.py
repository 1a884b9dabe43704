"""Stands between a client and an HTTP/1.1 server on loopback, and writes down what passes, in the order in which it does.

usage: recording-proxy.py SERVER-PORT
Prints its port; then "> METHOD PATH" when a request comes in, and "< STATUS" when an answer has gone out to the client.
"""
import re, socket, sys, threading

server = ("127.0.0.1", int(sys.argv[1]))
REQUEST = re.compile(rb"(GET|POST|PUT) (/\S*) HTTP/1\.1\r\n")
ANSWER = re.compile(rb"HTTP/1\.1 (\d\d\d)")
lock = threading.Lock()


def say(*words):
    with lock:
        print(*words, flush=True)


def end(connection):
    try:
        connection.shutdown(socket.SHUT_RDWR)
    except OSError:
        pass


def back(client, upstream):
    try:
        while data := upstream.recv(65536):
            client.sendall(data)
            for status in ANSWER.findall(data):
                say("<", status.decode())
    except OSError:
        pass
    end(client)


def serve(client):
    upstream = socket.create_connection(server)
    for connection in (client, upstream):
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    threading.Thread(target=back, args=(client, upstream), daemon=True).start()
    try:
        while data := client.recv(65536):
            for method, path in REQUEST.findall(data):
                say(">", method.decode(), path.decode())
            upstream.sendall(data)
    except OSError:
        pass
    end(upstream)


listener = socket.socket()
listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
listener.bind(("127.0.0.1", 0))
listener.listen(64)
print(listener.getsockname()[1], flush=True)
while True:
    connection, _ = listener.accept()
    threading.Thread(target=serve, args=(connection,), daemon=True).start()
