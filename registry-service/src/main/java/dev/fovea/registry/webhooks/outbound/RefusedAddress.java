package dev.fovea.registry.webhooks.outbound;

import java.net.InetAddress;
import java.net.UnknownHostException;

/** A host is where hooks may not go. Not dialled. */
final class RefusedAddress extends UnknownHostException {
  RefusedAddress(String host, InetAddress address, String setting) {
    super(
        "%s is at %s, which is no public address (expected: a public one, or one that %s names)"
            .formatted(host, address.getHostAddress(), setting));
  }
}
