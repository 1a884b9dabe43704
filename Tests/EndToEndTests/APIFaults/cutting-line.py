"""Stands between a client and an HTTP server on loopback, and does something to single create requests at an exact byte.

usage: cutting-line.py PORT [DIRECTION:BYTES:MANNER | pass]...
Every create request that comes in takes the next word; when they are used up, all pass. It happens after exactly so many
bytes of the request (DIRECTION request), or of its answer (DIRECTION answer), were passed on; what is behind them is
not, or later.

close, reset       both ends are closed, in order or with a reset
strand             the client's end is closed; the server hears nothing and waits for more
half-client        the client sees an end, its own bytes still get through
half-server        the server sees an end, its own bytes still get through
mute               nothing gets through any more, and nobody is told
pause              nothing gets through for a fifth of a second
drip               from here on byte by byte, a millisecond apart

Prints its port; then for each word that was taken "taken WORD" when it happened; and for each create request that got
its whole answer "sizes", with the length of the request's head, of all of it, of the answer's head, and of all of it.
"""
import re, select, socket, struct, sys, threading, time

target, words = int(sys.argv[1]), list(reversed(sys.argv[2:]))
lock = threading.Lock()
kept = []  # Stranded ends, which nobody closes.


def say(*words):
    with lock:
        print(*words, flush=True)


def end(connection, reset=False):
    if reset:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()


def size(message):
    """Of a message that is whole: its head's length, and all of it; else nothing."""
    head, separator, body = message.partition(b"\r\n\r\n")
    length = re.search(rb"content-length: *(\d+)", head, re.IGNORECASE)
    if separator and length and len(body) >= int(length[1]):
        return len(head) + 4, len(head) + 4 + int(length[1])


class Line:
    def __init__(self, client):
        self.client, self.server = client, socket.create_connection(("127.0.0.1", target))
        for connection in (self.client, self.server):
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.seen = {"request": b"", "answer": b""}
        self.word = None
        self.drips = False

    def serve(self):
        """Passes bytes on in both directions until one end is closed."""
        open_ends = {self.client: self.server, self.server: self.client}
        while open_ends:
            for source in select.select(list(open_ends), [], [])[0]:
                data = source.recv(65536)
                if not data:
                    open_ends[source].shutdown(socket.SHUT_WR)
                    del open_ends[source]
                elif not self.passes("request" if source is self.client else "answer", data, open_ends[source]):
                    return

    def begin(self, data):
        """A request begins where the one before it has had an answer."""
        self.seen = {"request": b"", "answer": b""}
        self.word, self.drips = None, False
        if data.startswith(b"POST /api/v1/conversations/ "):
            with lock:
                word = words.pop() if words else "pass"
            if word != "pass":
                direction, position, manner = word.split(":")
                self.word = (word, direction, int(position), manner)

    def passes(self, direction, data, goal):
        if direction == "request" and (self.seen["answer"] or not self.seen["request"]):
            self.begin(data)
        before = len(self.seen[direction])
        self.seen[direction] += data
        if self.word and self.word[1] == direction and before + len(data) >= self.word[2]:
            cut = self.word[2] - before
            self.send(goal, data[:cut])
            if not self.happen(self.word[0], self.word[3]):
                return False
            data = data[cut:]
        self.send(goal, data)
        request, answer = size(self.seen["request"]), size(self.seen["answer"])
        if direction == "answer" and request and answer and self.seen["request"].startswith(b"POST"):
            say("sizes", *request, *answer)
        return True

    def send(self, goal, data):
        if not self.drips:
            goal.sendall(data)
            return
        for byte in data:
            goal.sendall(bytes([byte]))
            time.sleep(0.001)

    def happen(self, word, manner):
        """Returns whether the line goes on."""
        self.word = None
        say("taken", word)
        if manner in ("close", "reset"):
            end(self.server, manner == "reset")
            end(self.client, manner == "reset")
        elif manner == "strand":
            kept.append(self.server)
            end(self.client)
        elif manner == "half-client":
            self.client.shutdown(socket.SHUT_WR)
            self.drain(self.client, self.server)
        elif manner == "half-server":
            self.server.shutdown(socket.SHUT_WR)
            self.drain(self.server, self.client)
        elif manner == "mute":
            kept.extend([self.client, self.server])
        elif manner == "pause":
            time.sleep(0.2)
            return True
        else:
            self.drips = True
            return True
        return False

    def drain(self, source, goal):
        """Passes on what still comes from one end, and then closes both."""
        while data := source.recv(65536):
            goal.sendall(data)
        end(goal)
        end(source)


def serve(client):
    try:
        Line(client).serve()
    except OSError:
        client.close()


listener = socket.create_server(("127.0.0.1", 0))
say(listener.getsockname()[1])
while True:
    threading.Thread(target=serve, args=(listener.accept()[0],), daemon=True).start()
