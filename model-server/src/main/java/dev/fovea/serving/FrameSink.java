package dev.fovea.serving;

import java.util.List;

/** Where taken frames go. Called on one thread of the server's own, never while a client waits. */
@FunctionalInterface
public interface FrameSink {
  /** Most frames in one call. */
  int MOST = 100;

  /** Most bytes of images in one call, unless a single one is larger. */
  int MOST_BYTES = 16 << 20;

  /** Forgets them. */
  FrameSink NOWHERE = _ -> {};

  /**
   * Keeps frames, 1 to {@link #MOST} of them.
   *
   * @throws Exception when they aren't kept: they are counted as dropped, and not offered again
   */
  void keep(List<SeenFrame> frames) throws Exception;
}
