package dev.fovea.dvc.remote;

import dev.fovea.kernel.Problem;

/** A remote does not do what it is asked, and would not later either. */
public final class RemoteRefused extends Problem {
  private static final long serialVersionUID = 1;

  RemoteRefused(String whom, String code, int status, Exception cause) {
    super(
        Kind.REFUSED,
        "%s says %s (HTTP %d)".formatted(whom, code, status),
        "correct the remote's url, endpointurl, access_key_id or secret_access_key: dvc config --help");
    initCause(cause);
  }
}
