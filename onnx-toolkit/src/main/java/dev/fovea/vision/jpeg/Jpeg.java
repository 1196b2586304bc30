package dev.fovea.vision.jpeg;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Decodes baseline, extended and progressive Huffman JPEG of 8 bits and one or three components.
 *
 * <p>ImageIO's decoder is not used: it is native code, and on a damaged file it allocates a warning
 * text while it holds an array critically, which stops the whole JVM for good where the collector
 * cannot pin (Serial and Parallel, seen on JDK 25.0.3). This one also gives the samples that
 * libjpeg, and so Pillow and OpenCV, give.
 */
public final class Jpeg {
  private static final int TABLES = 4;
  private static final int ADOBE_RGB = 0;

  private final byte[] file;
  private final int[] @Nullable [] quantizers = new int[TABLES][];
  private final @Nullable HuffmanTable[] dcTables = new HuffmanTable[TABLES];
  private final @Nullable HuffmanTable[] acTables = new HuffmanTable[TABLES];
  private final List<Component> components = new ArrayList<>();
  private Component.Frame frame = new Component.Frame(0, 0, 1, 1);
  private boolean progressive;
  private boolean jfif;
  private Optional<Integer> adobeTransform = Optional.empty();
  private int restartInterval;

  private Jpeg(byte[] file) {
    this.file = file;
  }

  /**
   * Decoded samples.
   *
   * @param channels 1 for grey, 3 for red, green, blue
   * @param samples the channels of a pixel side by side, rows from the top
   */
  @SuppressWarnings("ArrayRecordComponent") // handed over once, never compared
  public record Samples(int width, int height, int channels, byte[] samples) {}

  /**
   * Decodes a file whose size the caller has already bounded.
   *
   * @throws JpegCorrupt when anything contradicts the standard, or data is missing
   */
  public static Samples decode(byte[] file) throws JpegCorrupt {
    try {
      var jpeg = new Jpeg(file);
      jpeg.segments();
      return jpeg.samples();
    } catch (ArrayIndexOutOfBoundsException e) {
      // Every read is of the file or of a table that the file filled; neither goes on for ever.
      throw new JpegCorrupt("a segment is shorter than its content");
    }
  }

  private void segments() throws JpegCorrupt {
    int at = 2;
    while (true) {
      while ((file[at] & 0xff) != 0xff || file[at + 1] == 0 || isRestart(file[at + 1] & 0xff)) {
        at++;
      }
      int marker = file[at + 1] & 0xff;
      if (marker == 0xd9) {
        return;
      }
      if (marker == 0xff) {
        at++;
        continue;
      }
      int content = at + 4;
      int end = at + 2 + unsignedShort(at + 2);
      segment(marker, content, end);
      at = end;
    }
  }

  private void segment(int marker, int content, int end) throws JpegCorrupt {
    switch (marker) {
      case 0xc0, 0xc1, 0xc2 -> frame(marker, content);
      case 0xc4 -> huffmanTables(content, end);
      case 0xda -> scan(content, end);
      case 0xdb -> quantizationTables(content, end);
      case 0xdd -> restartInterval = unsignedShort(content);
      case 0xe0 -> jfif |= startsWith(content, end, "JFIF\0");
      case 0xee -> {
        if (startsWith(content, end, "Adobe") && end - content >= 12) {
          adobeTransform = Optional.of(file[content + 11] & 0xff);
        }
      }
      default -> {}
    }
  }

  private void quantizationTables(int content, int end) throws JpegCorrupt {
    for (int at = content; at < end; ) {
      int wide = (file[at] & 0xff) >> 4;
      int number = file[at++] & 15;
      if (wide > 1 || number >= TABLES) {
        throw new JpegCorrupt("quantization table %d of kind %d".formatted(number, wide));
      }
      var steps = new int[Component.BLOCK];
      for (int k = 0; k < steps.length; k++) {
        steps[ScanDecoder.NATURAL_ORDER[k]] = wide == 1 ? unsignedShort(at) : file[at] & 0xff;
        at += 1 + wide;
      }
      quantizers[number] = steps;
    }
  }

  private void huffmanTables(int content, int end) throws JpegCorrupt {
    for (int at = content; at < end; ) {
      int kind = (file[at] & 0xff) >> 4;
      int number = file[at++] & 15;
      if (kind > 1 || number >= TABLES) {
        throw new JpegCorrupt("Huffman table %d of kind %d".formatted(number, kind));
      }
      var counts = new int[HuffmanTable.MAX_BITS];
      int symbols = 0;
      for (int i = 0; i < counts.length; i++) {
        counts[i] = file[at++] & 0xff;
        symbols += counts[i];
      }
      if (symbols > 256 || at + symbols > end) {
        throw new JpegCorrupt("a Huffman table has %d symbols".formatted(symbols));
      }
      var values = new byte[symbols];
      System.arraycopy(file, at, values, 0, symbols);
      at += symbols;
      (kind == 0 ? dcTables : acTables)[number] = new HuffmanTable(counts, values);
    }
  }

  private void frame(int marker, int content) throws JpegCorrupt {
    int height = unsignedShort(content + 1);
    int width = unsignedShort(content + 3);
    int count = file[content + 5] & 0xff;
    if (!components.isEmpty() || (count != 1 && count != 3) || width == 0 || height == 0) {
      throw new JpegCorrupt("a second frame, or one of %d components".formatted(count));
    }
    progressive = marker == 0xc2;
    int maxAcross = 1;
    int maxDown = 1;
    for (int c = 0; c < count; c++) {
      int factors = file[content + 7 + 3 * c] & 0xff;
      int across = count == 1 ? 1 : factors >> 4;
      int down = count == 1 ? 1 : factors & 15;
      if (across < 1 || across > 4 || down < 1 || down > 4 || file[content + 8 + 3 * c] >= TABLES) {
        throw new JpegCorrupt("sampling factors %d x %d".formatted(across, down));
      }
      maxAcross = Math.max(maxAcross, across);
      maxDown = Math.max(maxDown, down);
    }
    frame = new Component.Frame(width, height, maxAcross, maxDown);
    for (int c = 0; c < count; c++) {
      int at = content + 6 + 3 * c;
      int across = count == 1 ? 1 : (file[at + 1] & 0xff) >> 4;
      int down = count == 1 ? 1 : file[at + 1] & 15;
      components.add(
          new Component(file[at] & 0xff, across, down, file[at + 2], frame, progressive));
    }
  }

  private void scan(int content, int end) throws JpegCorrupt {
    int count = file[content] & 0xff;
    if (count < 1 || count > components.size() || end - content < 4 + 2 * count) {
      throw new JpegCorrupt("a scan of %d components".formatted(count));
    }
    var parts = new ArrayList<ScanDecoder.Part>();
    for (int c = 0; c < count; c++) {
      int tables = file[content + 2 + 2 * c] & 0xff;
      if (tables >> 4 >= TABLES || (tables & 15) >= TABLES) {
        throw new JpegCorrupt("a scan names Huffman table %02x".formatted(tables));
      }
      var component = component(file[content + 1 + 2 * c] & 0xff);
      component.begin(quantizers);
      parts.add(new ScanDecoder.Part(component, dcTables[tables >> 4], acTables[tables & 15]));
    }
    var range = progressive ? range(content + 1 + 2 * count, count) : ScanDecoder.Range.ALL;
    new ScanDecoder(frame, parts, range, restartInterval, new EntropyBits(file, end)).decode();
  }

  private ScanDecoder.Range range(int at, int count) throws JpegCorrupt {
    int first = file[at] & 0xff;
    int last = file[at + 1] & 0xff;
    int high = (file[at + 2] & 0xff) >> 4;
    int low = file[at + 2] & 15;
    boolean dc = first == 0 && last == 0;
    boolean ac = first > 0 && first <= last && last < Component.BLOCK && count == 1;
    if (!(dc || ac) || low > 13 || (high != 0 && high != low + 1)) {
      throw new JpegCorrupt(
          "a scan of coefficients %d to %d, bits %d to %d".formatted(first, last, high, low));
    }
    return new ScanDecoder.Range(first, last, high, low);
  }

  private Component component(int id) throws JpegCorrupt {
    for (var component : components) {
      if (component.id == id) {
        return component;
      }
    }
    throw new JpegCorrupt("a scan names component %d, which the frame has not".formatted(id));
  }

  private Samples samples() throws JpegCorrupt {
    if (components.isEmpty()) {
      throw new JpegCorrupt("there is no frame");
    }
    for (var component : components) {
      component.finish();
    }
    int width = frame.width();
    int channels = components.size();
    var pixels = new byte[Math.multiplyExact(width * channels, frame.height())];
    var rows = new byte[channels][width];
    boolean colours = channels == 3 && isYcc();
    for (int y = 0; y < frame.height(); y++) {
      for (int c = 0; c < channels; c++) {
        Upsampling.row(components.get(c), frame, y, rows[c]);
      }
      int to = y * width * channels;
      if (colours) {
        toRgb(rows, pixels, to);
      } else {
        for (int x = 0; x < width; x++) {
          for (int c = 0; c < channels; c++) {
            pixels[to++] = rows[c][x];
          }
        }
      }
    }
    return new Samples(width, frame.height(), channels, pixels);
  }

  /** JFIF decides, then Adobe's marker, then the components' names, as in libjpeg. */
  private boolean isYcc() {
    if (jfif) {
      return true;
    }
    if (adobeTransform.isPresent()) {
      return adobeTransform.get() != ADOBE_RGB;
    }
    return !(components.get(0).id == 'R'
        && components.get(1).id == 'G'
        && components.get(2).id == 'B');
  }

  /** ITU-R BT.601 full range, in 16-bit fixed point. */
  private static void toRgb(byte[][] rows, byte[] pixels, int from) {
    int to = from;
    for (int x = 0; x < rows[0].length; x++) {
      int luma = rows[0][x] & 0xff;
      int blue = (rows[1][x] & 0xff) - 128;
      int red = (rows[2][x] & 0xff) - 128;
      pixels[to++] = clamped(luma + ((91_881 * red + 0x8000) >> 16));
      pixels[to++] = clamped(luma + ((-22_554 * blue - 46_802 * red + 0x8000) >> 16));
      pixels[to++] = clamped(luma + ((116_130 * blue + 0x8000) >> 16));
    }
  }

  private static byte clamped(int value) {
    return (byte) Math.clamp(value, 0, 255);
  }

  private static boolean isRestart(int marker) {
    return marker >= 0xd0 && marker <= 0xd7;
  }

  private boolean startsWith(int content, int end, String text) {
    for (int i = 0; i < text.length(); i++) {
      if (content + i >= end || file[content + i] != text.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  private int unsignedShort(int at) {
    return (file[at] & 0xff) << 8 | (file[at + 1] & 0xff);
  }
}
