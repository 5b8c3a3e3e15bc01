"""The line between a machine and the server, which can be cut and mended."""

import contextlib
import socket
import threading


class Line:
    """Forwards TCP to a port of this machine; while cut, connections break and new ones are refused."""

    def __init__(self, target: int) -> None:
        self.target = target
        self._open: set[socket.socket] = set()
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.port = int(self._listener.getsockname()[1])
        self._cut = self._down = False
        threading.Thread(target=self._accept, daemon=True).start()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def cut(self) -> None:
        self._cut = True
        for one in list(self._open):
            _close(one)

    def take_down(self) -> None:
        """The network is there and the server is not: what stands in front of it answers 502."""
        self._down = True
        self.cut()

    def mend(self) -> None:
        self._cut = self._down = False

    def close(self) -> None:
        self.cut()
        self._listener.close()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            if self._cut:
                if self._down:
                    _say_502(client)
                _close(client)
                continue
            server = socket.create_connection(("localhost", self.target))
            self._open |= {client, server}
            for one, other in ((client, server), (server, client)):
                threading.Thread(target=self._forward, args=(one, other), daemon=True).start()

    def _forward(self, one: socket.socket, other: socket.socket) -> None:
        try:
            while data := one.recv(65536):
                other.sendall(data)
        except OSError:
            pass
        for end in (one, other):
            self._open.discard(end)
            _close(end)


def _say_502(client: socket.socket) -> None:
    with contextlib.suppress(OSError):
        client.settimeout(1)
        client.recv(65536)
        client.sendall(b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")


def _close(one: socket.socket) -> None:
    with contextlib.suppress(OSError):
        one.shutdown(socket.SHUT_RDWR)
    one.close()
