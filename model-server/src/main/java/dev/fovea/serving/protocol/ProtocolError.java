package dev.fovea.serving.protocol;

/**
 * A request that the server does not answer with tensors; the protocol sends {@code {"error": …}}.
 */
public final class ProtocolError extends RuntimeException {
  private static final int RETRY_SECONDS = 1;
  private final int status;

  private ProtocolError(int status, String message) {
    super(message);
    this.status = status;
  }

  /** 400: the request breaks the protocol or does not fit the model. */
  public static ProtocolError badRequest(String message) {
    return new ProtocolError(400, message);
  }

  /** 401: the caller has not shown who it is. */
  public static ProtocolError unauthorized(String message) {
    return new ProtocolError(401, message);
  }

  /** 404: no such path, model or version. */
  public static ProtocolError notFound(String message) {
    return new ProtocolError(404, message);
  }

  /** 405: the path has no such method. */
  public static ProtocolError notAllowed(String message) {
    return new ProtocolError(405, message);
  }

  /** 413: larger than the server takes. */
  public static ProtocolError tooLarge(String message) {
    return new ProtocolError(413, message);
  }

  /** 500: the model failed on a request that fits it. */
  public static ProtocolError failed(String message) {
    return new ProtocolError(500, message);
  }

  /** 503: not now. */
  public static ProtocolError unavailable(String message) {
    return new ProtocolError(503, message);
  }

  /** The HTTP status. */
  public int status() {
    return status;
  }

  /** After how many seconds to try again; 0 where that won't help. */
  public int retrySeconds() {
    return status == 503 ? RETRY_SECONDS : 0;
  }
}
