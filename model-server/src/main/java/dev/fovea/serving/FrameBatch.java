package dev.fovea.serving;

import dev.fovea.kernel.ByteSize;
import dev.fovea.kernel.Digest;
import dev.fovea.kernel.InvalidRequest;
import dev.fovea.kernel.Text;
import dev.fovea.serving.SeenFrame.Reason;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * Frames on their way from a model server to who keeps them, as one body that is read as it comes:
 *
 * <pre>
 * body  = "FVF1" count frame…          count: 1 to {@link FrameSink#MOST}
 * frame = length head length image     head: JSON in UTF-8; image: the PNG or JPEG file
 * </pre>
 *
 * Numbers are four bytes, the highest first. A head has {@code digest}, {@code answer}, {@code
 * confidence}, {@code margin}, {@code probabilities}, {@code reason} ({@code UNSURE} or {@code
 * AUDIT}) and {@code seen} (RFC 3339); what else it has is ignored. Nothing follows the last frame.
 */
public final class FrameBatch {
  public static final String MEDIA_TYPE = "application/vnd.fovea.frames";

  /** The largest image; a model server takes none that is larger. */
  public static final ByteSize MOST_IMAGE = ServerLimits.standard().body();

  /** The largest body. */
  public static final ByteSize MOST_BODY = new ByteSize(64 << 20);

  private static final int MAGIC = 0x46564631; // FVF1
  // 10,000 probabilities, which is as many as a model may have classes, are a quarter of it.
  private static final ByteSize MOST_HEAD = new ByteSize(1 << 20);
  private static final int MOST_CLASSES = 10_000;
  private static final int MOST_WORD_CHARS = 200;
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final String FIX = "send what dev.fovea.serving.FrameBatch describes";

  private FrameBatch() {}

  private record Head(
      Digest digest,
      String answer,
      double confidence,
      double margin,
      List<Double> probabilities,
      Reason reason,
      Instant seen) {
    Head {
      Objects.requireNonNull(digest, "digest");
      Objects.requireNonNull(answer, "answer");
      Objects.requireNonNull(reason, "reason");
      Objects.requireNonNull(seen, "seen");
      probabilities = List.copyOf(Objects.requireNonNull(probabilities, "probabilities"));
    }
  }

  /**
   * The body in parts, images as they are.
   *
   * @param frames 1 to {@link FrameSink#MOST}
   * @throws FramesTooLarge when whoever reads it would refuse it for its size
   */
  public static List<byte[]> write(List<SeenFrame> frames) {
    var parts = new ArrayList<byte[]>(1 + 2 * frames.size());
    parts.add(ByteBuffer.allocate(8).putInt(MAGIC).putInt(frames.size()).array());
    long bytes = 8;
    for (var frame : frames) {
      var head = JSON.writeValueAsBytes(head(frame));
      requireAtMost(MOST_HEAD, head.length, "head of frame " + frame.digest().abbreviated());
      requireAtMost(MOST_IMAGE, frame.image().length, "image " + frame.digest().abbreviated());
      var before =
          ByteBuffer.allocate(8 + head.length)
              .putInt(head.length)
              .put(head)
              .putInt(frame.image().length);
      parts.add(before.array());
      parts.add(frame.image());
      bytes += before.capacity() + frame.image().length;
    }
    requireAtMost(MOST_BODY, bytes, "batch of %d frames".formatted(frames.size()));
    return parts;
  }

  private static Head head(SeenFrame frame) {
    return new Head(
        frame.digest(),
        frame.answer(),
        frame.confidence(),
        frame.margin(),
        frame.probabilities(),
        frame.reason(),
        frame.seen());
  }

  /**
   * Reads a body to its end. Holds no more of it than the frames, and believes no length before it
   * is held against its bound.
   *
   * @return 1 to {@link FrameSink#MOST} frames whose images are those that their digests name
   * @throws InvalidRequest when it is no batch: says which frame, what is there and what should be
   * @throws FramesTooLarge when it, an image or a head is too large
   */
  public static List<SeenFrame> read(InputStream body) throws IOException {
    var in = new DataInputStream(body);
    var frames = new ArrayList<SeenFrame>();
    try {
      int magic = in.readInt();
      if (magic != MAGIC) {
        throw invalid("body: begins with %08x (expected: %08x, FVF1)".formatted(magic, MAGIC));
      }
      int count = in.readInt();
      if (count < 1 || count > FrameSink.MOST) {
        throw invalid("body: %d frames (expected: 1 to %d)".formatted(count, FrameSink.MOST));
      }
      long bytes = 8;
      for (int i = 0; i < count; i++) {
        var head = part(in, MOST_HEAD, "head %d".formatted(i), bytes);
        bytes += 4 + head.length;
        var image = part(in, MOST_IMAGE, "image %d".formatted(i), bytes);
        bytes += 4 + image.length;
        frames.add(frame(i, head, image));
      }
      if (in.read() >= 0) {
        throw invalid("body: goes on after frame %d (expected: its end)".formatted(count - 1));
      }
    } catch (EOFException _) {
      throw invalid("body: ends in frame %d (expected: whole frames)".formatted(frames.size()));
    }
    return frames;
  }

  private static byte[] part(DataInputStream in, ByteSize most, String what, long before)
      throws IOException {
    int length = in.readInt();
    if (length < 1) {
      throw invalid("%s: %d bytes (expected: 1 or more)".formatted(what, length));
    }
    requireAtMost(most, length, what);
    requireAtMost(MOST_BODY, before + 4 + length, "body up to " + what);
    var bytes = in.readNBytes(length);
    if (bytes.length < length) {
      throw new EOFException();
    }
    return bytes;
  }

  private static SeenFrame frame(int i, byte[] json, byte[] image) {
    Head head;
    try {
      head = JSON.readValue(json, Head.class);
    } catch (JacksonException e) {
      var where = e.getLocation();
      throw invalid(
          "head %d: unreadable%s (expected: JSON with digest, answer, confidence, margin, probabilities, reason and seen)"
              .formatted(i, where == null ? "" : " near column " + where.getColumnNr()));
    }
    var found = Digest.sha256(image);
    if (!found.equals(head.digest())) {
      throw invalid("image %d: %s (expected: %s)".formatted(i, found, head.digest()));
    }
    if (head.answer().isBlank() || head.answer().length() > MOST_WORD_CHARS) {
      throw invalid(
          "head %d: answer '%s' (expected: 1 to %d characters)"
              .formatted(i, Text.excerpt(head.answer()), MOST_WORD_CHARS));
    }
    requireShare(i, "confidence", head.confidence());
    requireShare(i, "margin", head.margin());
    head.probabilities().forEach(each -> requireShare(i, "probability", each));
    if (head.probabilities().size() > MOST_CLASSES) {
      throw invalid(
          "head %d: %d probabilities (expected: at most %d)"
              .formatted(i, head.probabilities().size(), MOST_CLASSES));
    }
    return new SeenFrame(
        image,
        found,
        head.answer(),
        head.confidence(),
        head.margin(),
        head.probabilities(),
        head.reason(),
        head.seen());
  }

  private static void requireShare(int i, String what, double value) {
    if (!(value >= 0 && value <= 1)) {
      throw invalid("head %d: %s %s (expected: 0 to 1)".formatted(i, what, value));
    }
  }

  private static void requireAtMost(ByteSize most, long bytes, String what) {
    if (bytes > most.bytes()) {
      throw new FramesTooLarge(what, most);
    }
  }

  private static InvalidRequest invalid(String what) {
    return new InvalidRequest(what, FIX);
  }
}
