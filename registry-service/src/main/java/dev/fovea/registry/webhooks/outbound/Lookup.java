package dev.fovea.registry.webhooks.outbound;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;

/** Finds a host's addresses. */
@FunctionalInterface
public interface Lookup {
  /** All of them, as they are now. */
  List<InetAddress> addresses(String host) throws UnknownHostException;
}
