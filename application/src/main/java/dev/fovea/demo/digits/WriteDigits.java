package dev.fovea.demo.digits;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Writes the dataset, the production stream and the held-out pictures into folders, for Python. */
final class WriteDigits {
  private static final long STREAM_SEED = 7;

  private WriteDigits() {}

  /**
   * @param args the folder to write to, and optionally the folder that has the packed digits
   */
  public static void main(String[] args) throws IOException {
    if (args.length < 1 || args.length > 2) {
      throw new IllegalArgumentException(
          "%d arguments (expected: OUT, and examples/digits where it is not on the class path)"
              .formatted(args.length));
    }
    var digits = args.length == 2 ? DigitsData.in(Path.of(args[1])) : DigitsData.bundled();
    var out = Path.of(args[0]);
    digits.writeDataset(out.resolve("dataset"));
    write(digits.productionStream(STREAM_SEED, DigitsData.STREAM_DIGITS), out.resolve("stream"));
    write(digits.productionTest(DigitsData.HELD_OUT_DIGITS), out.resolve("held-out"));
  }

  private static void write(List<LabelledImage> images, Path folder) throws IOException {
    Files.createDirectories(folder);
    var csv = new StringBuilder("path,label\n");
    for (var image : images) {
      Files.write(folder.resolve(image.name() + ".png"), image.png());
      csv.append(image.name()).append(".png,").append(image.label()).append('\n');
    }
    Files.writeString(folder.resolve("labels.csv"), csv);
  }
}
