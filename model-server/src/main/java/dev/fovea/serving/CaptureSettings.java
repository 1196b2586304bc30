package dev.fovea.serving;

import dev.fovea.kernel.ByteSize;
import java.time.Duration;

/**
 * Which frames are taken, and how much memory they may wait in.
 *
 * @param unsureBelow frames whose confidence is lower are taken, 0 to 1; 0 takes none
 * @param auditShare the share of the others that is taken, 0 to 1. The image's digest decides, so
 *     that all arms and all replicas take the same frames
 * @param waitingFrames how many may wait for the sink; what comes then is dropped and counted
 * @param waitingBytes the same, by size
 * @param linger how long the first frame of a batch waits for company
 */
public record CaptureSettings(
    double unsureBelow,
    double auditShare,
    int waitingFrames,
    ByteSize waitingBytes,
    Duration linger) {
  /** Takes nothing. */
  public static final CaptureSettings NOTHING = of(0, 0);

  public CaptureSettings {
    if (!(unsureBelow >= 0 && unsureBelow <= 1) || !(auditShare >= 0 && auditShare <= 1)) {
      throw new IllegalArgumentException(
          "capture: unsure below %s, audit share %s (expected: each 0 to 1)"
              .formatted(unsureBelow, auditShare));
    }
    if (waitingFrames < 1) {
      throw new IllegalArgumentException(
          "capture: %d waiting frames (expected: 1 or more)".formatted(waitingFrames));
    }
  }

  /** With at most 512 frames and 64 MiB waiting, and a quarter of a second of linger. */
  public static CaptureSettings of(double unsureBelow, double auditShare) {
    return new CaptureSettings(
        unsureBelow, auditShare, 512, new ByteSize(64 << 20), Duration.ofMillis(250));
  }
}
