package dev.fovea.web;

import dev.fovea.kernel.Digest;
import dev.fovea.kernel.GitCommit;
import dev.fovea.kernel.Name;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import javax.imageio.ImageIO;

/** Names, times and small pictures that all fakes of the preview share. */
final class Samples {
  static final Name PARCELS = Name.of("parcels");
  static final Name EMPTY = Name.of("pallet-count-of-the-second-hall-without-anything-in-it");
  static final Name DIGITS = Name.of("digits");
  static final Name READER = Name.of("digit-reader");
  static final Name LONG =
      Name.of("damage-finder-for-corrugated-boxes-on-the-night-shift-of-hall-7");
  static final List<String> CLASSES = List.of("0", "1", "2", "3", "4", "5", "6", "7", "8", "9");
  static final String HOSTILE = "<script>alert('x')</script>";

  private Samples() {}

  static Digest digest(String of) {
    return Digest.sha256(of.getBytes(StandardCharsets.UTF_8));
  }

  static GitCommit commit(String of) {
    return GitCommit.of(digest(of).hex().substring(0, 40));
  }

  static Instant ago(Duration age) {
    return Instant.now().minus(age);
  }

  static Instant minutesAgo(long minutes) {
    return ago(Duration.ofMinutes(minutes));
  }

  /** A grey 28 by 28 picture of strokes: something to look at, different for each number. */
  static byte[] picture(int number) {
    var random = new Random(number);
    var image =
        new java.awt.image.BufferedImage(28, 28, java.awt.image.BufferedImage.TYPE_BYTE_GRAY);
    var pen = image.createGraphics();
    pen.setRenderingHint(
        java.awt.RenderingHints.KEY_ANTIALIASING, java.awt.RenderingHints.VALUE_ANTIALIAS_ON);
    int light = 120 + random.nextInt(135);
    pen.setColor(new java.awt.Color(light, light, light));
    pen.setFont(new java.awt.Font("Serif", java.awt.Font.BOLD, 22 + random.nextInt(5)));
    pen.rotate((random.nextDouble() - .5) * .6, 14, 14);
    pen.drawString(String.valueOf(number % 10), 7 + random.nextInt(3), 22);
    pen.dispose();
    return png(image);
  }

  private static byte[] png(java.awt.image.BufferedImage image) {
    try (var out = new ByteArrayOutputStream()) {
      ImageIO.write(image, "png", out);
      return out.toByteArray();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Three bright squares of 40 px in a row. */
  static byte[] scene() {
    var image =
        new java.awt.image.BufferedImage(160, 100, java.awt.image.BufferedImage.TYPE_BYTE_GRAY);
    var pen = image.createGraphics();
    pen.setColor(new java.awt.Color(60, 60, 60));
    pen.fillRect(0, 0, 160, 100);
    pen.setColor(new java.awt.Color(200, 200, 200));
    for (int x : new int[] {16, 64, 112}) {
      pen.fillRect(x, 30, 40, 40);
    }
    pen.dispose();
    return png(image);
  }

  static Digest image(int number) {
    return Digest.sha256(picture(number));
  }
}
