"""Stands between a client and a Postgres server on Unix sockets, and cuts one connection at a chosen moment.

usage: cutting-proxy.py SOCKET SERVER-SOCKET before|after NUMBER   at the client's COMMIT of that number
       cutting-proxy.py SOCKET SERVER-SOCKET bytes NUMBER          when the client has sent so many bytes
"before": the COMMIT never reaches the server; "after": it does, and the server's answer never reaches the client.
With "strand" as a last argument the server is told of no end, neither of the cut line nor of the client: its session
goes on waiting, as behind a line that breaks without a word.
"""
import socket, sys, threading

path, server, mode, number = sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4])
COMMIT = b"Q\x00\x00\x00\x0bCOMMIT\x00"
strands = sys.argv[5:] == ["strand"]
stranded = []
lock = threading.Lock()
seen = {"commits": 0, "bytes": 0, "cut": False}


def cut(client, upstream):
    seen["cut"] = True
    print("cut", flush=True)
    if strands:
        stranded.append(upstream)
    for end in (client,) if strands else (client, upstream):
        try:
            end.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass


def serve(client):
    upstream = socket.socket(socket.AF_UNIX)
    try:
        upstream.connect(server)
    except OSError:
        client.close()
        return
    # Set while the server's answers are held back, so that one to COMMIT never gets through.
    held = threading.Event()
    answered = threading.Event()

    def back():
        try:
            while data := upstream.recv(65536):
                if held.is_set():
                    answered.set()
                else:
                    client.sendall(data)
        except OSError:
            pass
        try:
            client.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass

    threading.Thread(target=back, daemon=True).start()
    try:
        while data := client.recv(65536):
            with lock:
                now = False
                if not seen["cut"]:
                    if mode == "bytes":
                        rest = number - seen["bytes"]
                        seen["bytes"] += len(data)
                        if seen["bytes"] >= number:
                            upstream.sendall(data[:max(0, rest)])
                            cut(client, upstream)
                            return
                    elif data.endswith(COMMIT):
                        seen["commits"] += 1
                        now = seen["commits"] == number
                if now and mode == "before":
                    cut(client, upstream)
                    return
                if now:
                    held.set()
            upstream.sendall(data)
            if now:
                answered.wait(30)
                cut(client, upstream)
                return
    except OSError:
        pass
    if strands and not seen["cut"]:
        stranded.append(upstream)
        return
    try:
        upstream.shutdown(socket.SHUT_RDWR)
    except OSError:
        pass


listener = socket.socket(socket.AF_UNIX)
listener.bind(path)
listener.listen(16)
print("ready", flush=True)
while True:
    connection, _ = listener.accept()
    threading.Thread(target=serve, args=(connection,), daemon=True).start()
