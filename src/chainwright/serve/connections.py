"""How long a connection may take, and how many there may be at a time."""

import asyncio

from uvicorn.protocols.http.h11_impl import H11Protocol

__all__ = ["MOST_CONNECTIONS", "PATIENCE_S", "PatientProtocol"]

PATIENCE_S = 10.0
"""Seconds in which a request must have come in whole, or an answer must have been taken."""

MOST_CONNECTIONS = 256
"""Connections at a time; a browser opens six."""

BUSY = (
    b"HTTP/1.1 503 Service Unavailable\r\nRetry-After: 5\r\nConnection: close\r\n"
    b"Content-Length: 0\r\n\r\n"
)


class PatientProtocol(H11Protocol):
    """HTTP/1.1 of uvicorn that lets go of whoever sends or reads too slowly.

    uvicorn itself waits without end for a request that comes byte by byte; a few hundred of those
    would keep everybody else out. The clock runs from the first moment of a connection, and anew
    from each answer; it stands still only while the answer is being worked out here.

    Parameters
    ----------
    config : uvicorn.Config
        How the server was set up.
    server_state : uvicorn.server.ServerState
        Its connections.
    app_state : dict
        What its pages share.
    """

    patience = PATIENCE_S
    most = MOST_CONNECTIONS

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Take a connection, or tell it to come back if there are too many.

        Parameters
        ----------
        transport : asyncio.Transport
            The connection.
        """
        super().connection_made(transport)
        self._since = self.loop.time()
        self._clock = self.loop.call_later(self.patience, self._look)
        if len(self.connections) > self.most:
            transport.write(BUSY)
            transport.close()

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop the clock of a connection that is gone.

        Parameters
        ----------
        exc : Exception, optional
            Why it is gone.
        """
        self._clock.cancel()
        super().connection_lost(exc)

    def on_response_complete(self) -> None:
        """Start the clock anew for the next request."""
        self._since = self.loop.time()
        super().on_response_complete()

    def _look(self) -> None:
        """Let go of the connection if it had its time, or look again when it will have had it."""
        now, cycle = self.loop.time(), self.cycle
        working = cycle is not None and not cycle.response_complete and not cycle.more_body
        if working and not self.flow.write_paused:
            self._since = now
        if now - self._since >= self.patience:
            self.transport.abort()
        else:
            self._clock = self.loop.call_at(self._since + self.patience, self._look)
