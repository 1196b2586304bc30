package dev.fovea.cli.imports.source;

import java.io.IOException;

/** Takes things one after the other, so that nobody holds them all. */
public interface Each<T> {
  void take(T thing) throws IOException;
}
