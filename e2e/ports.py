"""Ports for servers that are killed and started again: below those that the kernel gives to connections, one of which could take the port
between its choice and its use. As a program it prints the first of so many in a row."""

import random
import socket
import sys


def free_ports(count):
    """The first of so many free ports in a row."""
    with open("/proc/sys/net/ipv4/ip_local_port_range") as kernels:
        below = int(kernels.read().split()[0])
    for first in random.sample(range(15000, min(below, 30000) - count), 1000):
        if all(free(port) for port in range(first, first + count)):
            return first
    raise SystemExit(f"no {count} free ports in a row")


def free(port):
    with socket.socket() as each:
        try:
            each.bind(("", port))
            return True
        except OSError:
            return False


if __name__ == "__main__":
    print(free_ports(int(sys.argv[1])))
