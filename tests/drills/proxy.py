"""A bad network between candidates and product: one that swallows everything for a while, or loses answers."""

import contextlib
import random
import socket
import threading


class Proxy:
    """Forwards HTTP/1.1 to a port of this machine. ``cut`` swallows all traffic; ``loss`` drops whole answers.

    A dropped answer was read from the product to its last byte: the product has committed and believes it has told.
    """

    def __init__(self, target: int, loss: float = 0.0) -> None:
        self.target, self.loss = target, loss
        self.cut = threading.Event()
        self.dropped = self.swallowed = 0
        self._open = True
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=256)
        self.port = int(self._listener.getsockname()[1])
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        self._open = False
        self._listener.close()

    def _accept(self) -> None:
        while self._open:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        try:
            server = socket.create_connection(("127.0.0.1", self.target), timeout=60)
        except OSError:
            client.close()
            return
        threading.Thread(target=self._requests, args=(client, server), daemon=True).start()
        self._answers(client, server)

    def _requests(self, client: socket.socket, server: socket.socket) -> None:
        dead = False
        try:
            while data := client.recv(65536):
                # A connection that lived through the cut has holes: it stays silent for ever.
                dead = dead or self.cut.is_set()
                if dead:
                    self.swallowed += 1
                else:
                    server.sendall(data)
        except OSError:
            pass
        finally:
            _close(server)

    def _answers(self, client: socket.socket, server: socket.socket) -> None:
        try:
            with server.makefile("rb") as stream:
                while True:
                    head, length = [], 0
                    while (line := stream.readline()) not in (b"\r\n", b""):
                        head.append(line)
                        if line.lower().startswith(b"content-length:"):
                            length = int(line.split(b":")[1])
                    if not head:
                        return
                    answer = b"".join(head) + b"\r\n" + stream.read(length)
                    if self.cut.is_set():
                        self.swallowed += 1
                        continue
                    if random.random() < self.loss:
                        self.dropped += 1
                        return
                    client.sendall(answer)
        except OSError:
            pass
        finally:
            if not self.cut.is_set():
                _close(client)
            _close(server)


def _close(one: socket.socket) -> None:
    with contextlib.suppress(OSError):
        one.shutdown(socket.SHUT_RDWR)
    one.close()
