"""Listens and probes in the namespaces of the packet lab: one process per role, whose sockets live in all of them.

Reads a JSON object per line from standard input and answers with one; ends with its input, so that it never outlives the
tests. First line: {"places": [{"netns", "listens": [[protocol, port]]}]}. Every further line is a pass:
{"probes": [[place, family, protocol, address, port, expected place]]}, answered with one letter per probe:
o open (and the expected place answered), w somebody else answered, r refused, s silence.
"""

import ctypes
import json
import os
import resource
import select
import signal
import socket
import struct
import sys
import time

LIBC = ctypes.CDLL(None, use_errno=True)
FAMILIES = {"v4": socket.AF_INET, "v6": socket.AF_INET6}
NETNS = 0x40000000
CONCURRENT = 1500
QUIET = 0.4
PATIENCE = 5.0


def enter(netns):
    with open(f"/run/netns/{netns}", "rb") as handle:
        if LIBC.setns(handle.fileno(), NETNS) != 0:
            raise OSError(ctypes.get_errno(), f"cannot enter {netns}")


def create(family, kind, protocol=0):
    made = socket.socket(family, kind, protocol)
    made.setblocking(False)
    if kind != socket.SOCK_STREAM:
        made.setsockopt(socket.SOL_SOCKET, 33, 8_000_000)  # SO_RCVBUFFORCE
        made.setsockopt(socket.SOL_SOCKET, 32, 8_000_000)  # SO_SNDBUFFORCE
    return made


def listen(places):
    """Both families on one socket each. Everybody answers with the number of the place."""
    listeners = {}
    for number, place in enumerate(places):
        enter(place["netns"])
        for protocol, port in place["listens"]:
            made = create(socket.AF_INET6, socket.SOCK_STREAM if protocol == "TCP" else socket.SOCK_DGRAM)
            made.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
            made.bind(("::", port))
            if protocol == "TCP":
                made.listen(4096)
            listeners[made.fileno()] = (made, protocol, str(number).encode())
    return listeners


def answer(made, protocol, text):
    while True:
        try:
            if protocol == "UDP":
                _, client = made.recvfrom(64)
                made.sendto(text, client)
            else:
                connection, _ = made.accept()
                connection.send(text)
                connection.close()
        except BlockingIOError:
            return
        except OSError:
            continue


def serve(listeners):
    poll = select.epoll()
    for number in listeners:
        poll.register(number, select.EPOLLIN)
    while True:
        for number, _ in poll.poll():
            answer(*listeners[number])


def checksum(data):
    total = sum(struct.unpack(f"!{len(data) // 2}H", data))
    total = (total >> 16) + (total & 0xFFFF)
    return ~(total + (total >> 16)) & 0xFFFF


class Prober:
    def __init__(self, places):
        self.netns = [place["netns"] for place in places]
        self.datagrams, self.current, self.passes = {}, None, 0
        for number in range(len(places)):
            self.move(number)
            for family, code in FAMILIES.items():
                icmp = socket.IPPROTO_ICMP if family == "v4" else socket.IPPROTO_ICMPV6
                self.datagrams[number, family, "UDP"] = create(code, socket.SOCK_DGRAM)
                self.datagrams[number, family, "ICMP"] = create(code, socket.SOCK_RAW, icmp)

    def move(self, number):
        if self.current != number:
            enter(self.netns[number])
            self.current = number

    def run(self, probes):
        self.passes = (self.passes + 1) & 0xFFFF
        self.results = ["s"] * len(probes)
        self.probe_datagrams([(index, probe) for index, probe in enumerate(probes) if probe[2] != "TCP"])
        self.probe_tcp([(index, probe) for index, probe in enumerate(probes) if probe[2] == "TCP"])
        return "".join(self.results)

    def probe_datagrams(self, probes):
        waiting, poll, sources = {}, select.epoll(), {}
        for key, made in self.datagrams.items():
            poll.register(made.fileno(), select.EPOLLIN)
            sources[made.fileno()] = (key, made)
        for count, (index, (place, family, protocol, address, port, expected)) in enumerate(probes):
            packed = socket.inet_pton(FAMILIES[family], address)
            waiting[place, family, protocol, packed, port] = (index, str(expected).encode())
            self.send(self.datagrams[place, family, protocol], family, protocol, (address, port))
            if count % 200 == 199:
                self.collect(poll, sources, waiting, 0)
        until = time.monotonic() + PATIENCE
        quiet = time.monotonic() + QUIET
        while waiting and time.monotonic() < min(until, quiet):
            if self.collect(poll, sources, waiting, 0.05):
                quiet = time.monotonic() + QUIET
        poll.close()

    def send(self, made, family, protocol, address):
        data = b"probe"
        if protocol == "ICMP":
            kind = 8 if family == "v4" else 128
            data = struct.pack("!BBHHH", kind, 0, 0, 0x4147, self.passes)
            if family == "v4":
                data = struct.pack("!BBHHH", kind, 0, checksum(data), 0x4147, self.passes)
        try:
            made.sendto(data, address)
        except OSError:
            return

    def collect(self, poll, sources, waiting, seconds):
        received = 0
        for number, _ in poll.poll(seconds):
            (place, family, protocol), made = sources[number]
            while True:
                try:
                    data, sender = made.recvfrom(256)
                except OSError:
                    break
                received += self.note(data, sender, (place, family, protocol), waiting)
        return received

    def note(self, data, sender, source, waiting):
        place, family, protocol = source
        if protocol == "ICMP":
            data = data[20:] if family == "v4" else data
            kind, _, _, _, number = struct.unpack("!BBHHH", data[:8])
            if kind not in (0, 129) or number != self.passes:
                return 0
        port = 0 if protocol == "ICMP" else sender[1]
        packed = socket.inet_pton(FAMILIES[family], sender[0].split("%")[0])
        index, expected = waiting.pop((place, family, protocol, packed, port), (None, None))
        if index is None:
            return 0
        self.results[index] = "o" if protocol == "ICMP" or data == expected else "w"
        return 1

    def probe_tcp(self, probes):
        poll, running, rest = select.epoll(), {}, iter(probes)
        exhausted = False
        while running or not exhausted:
            while not exhausted and len(running) < CONCURRENT:
                index, probe = next(rest, (None, None))
                if index is None:
                    exhausted = True
                else:
                    self.dial(index, probe, poll, running)
            events = poll.poll(PATIENCE)
            if not events and running:
                for made, _, _ in running.values():
                    made.close()
                running.clear()
            for number, _ in events:
                self.finish(number, poll, running)
        poll.close()

    def dial(self, index, probe, poll, running):
        place, family, _, address, port, expected = probe
        self.move(place)
        made = create(FAMILIES[family], socket.SOCK_STREAM)
        made.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        try:
            made.connect((address, port))
        except BlockingIOError:
            pass
        except ConnectionRefusedError:
            self.results[index] = "r"
            made.close()
            return
        poll.register(made.fileno(), select.EPOLLIN)
        running[made.fileno()] = (made, index, str(expected).encode())

    def finish(self, number, poll, running):
        made, index, expected = running.pop(number)
        try:
            self.results[index] = "o" if made.recv(64) == expected else "w"
        except ConnectionRefusedError:
            self.results[index] = "r"
        except OSError:
            pass
        made.close()


def main():
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    places = json.loads(sys.stdin.readline())["places"]
    listeners = listen(places)
    server = os.fork()
    if server == 0:
        LIBC.prctl(1, signal.SIGKILL)  # PR_SET_PDEATHSIG
        serve(listeners)
    prober = Prober(places)
    print(json.dumps({"ready": len(listeners)}), flush=True)
    for line in sys.stdin:
        print(json.dumps({"results": prober.run(json.loads(line)["probes"])}), flush=True)


main()
