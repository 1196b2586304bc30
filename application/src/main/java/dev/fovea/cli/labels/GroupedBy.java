package dev.fovea.cli.labels;

import dev.fovea.kernel.Digest;
import dev.fovea.kernel.InvalidRequest;
import dev.fovea.kernel.Text;
import dev.fovea.labels.csv.CsvColumn;
import dev.fovea.labels.files.OneFile;
import dev.fovea.labels.format.LabelFormat;
import dev.fovea.labels.format.LabelMistake;
import dev.fovea.labels.format.LabelSource;
import dev.fovea.labels.split.AlikeImages;
import dev.fovea.labels.split.Grouping;
import dev.fovea.vision.Decoding;
import dev.fovea.vision.DifferenceHash;
import dev.fovea.vision.Frame;
import dev.fovea.vision.ImageDecoder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Pattern;
import picocli.CommandLine.Option;

/** What belongs together in a dataset on disk, as a command line says it. */
final class GroupedBy {
  private static final int MOST_BYTES = 64 << 20;

  @Option(
      names = "--group",
      paramLabel = "REGEX",
      description = "by what this finds in the path, such as 'video_(\\d+)'")
  private Optional<Pattern> expression = Optional.empty();

  @Option(
      names = "--group-level",
      paramLabel = "N",
      description = "by the folders of the path down to this level, from 1")
  private Optional<Integer> level = Optional.empty();

  @Option(
      names = "--group-column",
      paramLabel = "NAME",
      description = "by a column of a CSV table that has a column 'path', too")
  private Optional<String> column = Optional.empty();

  @Option(
      names = "--table",
      paramLabel = "FILE",
      description = "the table of --group-column (default: labels.csv of the dataset)")
  private Optional<Path> table = Optional.empty();

  @Option(
      names = "--group-alike",
      description = "images that are the same, or look alike, together, besides")
  private boolean alike;

  boolean isSaid() {
    return alike || expression.isPresent() || level.isPresent() || column.isPresent();
  }

  /**
   * The grouping.
   *
   * @param format of the dataset; its images are read where they are to be compared
   */
  Grouping grouping(Path dataset, LabelFormat format, LabelSource source)
      throws IOException, LabelMistake {
    var said = new ArrayList<Grouping>();
    expression.map(Grouping::matching).ifPresent(said::add);
    level.ifPresent(n -> said.add(level(n)));
    if (column.isPresent()) {
      var file = table.orElse(dataset.resolve("labels.csv"));
      if (!Files.isRegularFile(file)) {
        throw new InvalidRequest("%s is no file".formatted(file), "name the table with --table");
      }
      var alone = new OneFile("table", () -> Files.newInputStream(file));
      said.add(Grouping.table(CsvColumn.read(LabelSource.of(alone), alone.name(), column.get())));
    }
    if (said.size() > 1) {
      throw new InvalidRequest(
          "%d groupings (expected: one, and perhaps --group-alike)".formatted(said.size()),
          "give one of --group, --group-level and --group-column");
    }
    var plain = said.stream().findFirst();
    return alike ? alike(format, source, plain) : plain.orElse(Grouping.ALONE);
  }

  private static Grouping level(int level) {
    if (level < 1) {
      throw new InvalidRequest(
          "--group-level %d (expected: at least 1)".formatted(level),
          "1 is the first folder of the path");
    }
    return Grouping.level(level);
  }

  private static Grouping alike(LabelFormat format, LabelSource source, Optional<Grouping> plain)
      throws IOException, LabelMistake {
    var groups = new AlikeImages();
    var decoder = ImageDecoder.withDefaultLimits();
    format.read(
        source.silent(),
        image -> {
          var bytes = bytes(source, image.path());
          var key = plain.flatMap(by -> by.of(Grouping.name(format, image), image.path()));
          if (plain.isEmpty() || key.isPresent()) {
            groups.add(
                image.path(), key, Digest.sha256(bytes).toString(), look(decoder.decode(bytes)));
          }
        });
    return groups.grouping();
  }

  private static byte[] bytes(LabelSource source, String path) throws IOException {
    var file = source.folder().open(path);
    if (file.isEmpty()) {
      throw new InvalidRequest(
          "there is no image '%s', so nobody knows what it is like".formatted(Text.excerpt(path)),
          "put the images into the dataset's folder, or group without --group-alike");
    }
    try (var in = file.get()) {
      var bytes = in.readNBytes(MOST_BYTES + 1);
      if (bytes.length > MOST_BYTES) {
        throw new InvalidRequest(
            "the image '%s' has more than %d bytes (expected: at most so many)"
                .formatted(Text.excerpt(path), MOST_BYTES),
            "take it out of the dataset");
      }
      return bytes;
    }
  }

  private static OptionalLong look(Decoding decoding) {
    if (!(decoding instanceof Decoding.Readable(_, Frame frame))) {
      return OptionalLong.empty();
    }
    long hash = DifferenceHash.of(frame);
    return DifferenceHash.tells(hash, frame.width(), frame.height())
        ? OptionalLong.of(hash)
        : OptionalLong.empty();
  }
}
