package dev.fovea.labels.format;

import dev.fovea.dvc.RelativePath;
import dev.fovea.kernel.Text;
import dev.fovea.labels.ImageSize;
import dev.fovea.labels.files.Folder;
import dev.fovea.labels.format.Finding.Kind;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * What a reader reads from, and where it says what it found.
 *
 * @param folder the dataset
 * @param sizes of its images, for formats that measure in fractions
 * @param decoded the sizes of its images where these were decoded; what a file states is held
 *     against them
 */
public record LabelSource(
    Folder folder, ImageSizes sizes, LabelLimits limits, Findings findings, ImageSizes decoded) {
  private static final char BYTE_ORDER_MARK = '\ufeff';

  /** A folder with the default limits and no sizes of images. */
  public static LabelSource of(Folder folder) {
    return new LabelSource(
        folder, ImageSizes.UNKNOWN, LabelLimits.DEFAULT, new Findings(), ImageSizes.UNKNOWN);
  }

  public LabelSource with(ImageSizes others) {
    return new LabelSource(folder, others, limits, findings, decoded);
  }

  public LabelSource with(LabelLimits others) {
    return new LabelSource(folder, sizes, others, findings, decoded);
  }

  /** The same, telling other ears what is found. */
  public LabelSource with(Findings others) {
    return new LabelSource(folder, sizes, limits, others, decoded);
  }

  /** The same for images that were decoded: these sizes are the truth. */
  public LabelSource withDecoded(ImageSizes truth) {
    return new LabelSource(folder, truth, limits, findings, truth);
  }

  /** The same without a word: for a pass over files that another pass judges. */
  public LabelSource silent() {
    return with(new Findings());
  }

  /**
   * Opens a label file of a whole dataset; reading beyond {@link LabelLimits#fileBytes} fails.
   *
   * @throws LabelMistake when it is not there
   */
  public InputStream open(String file) throws IOException, LabelMistake {
    return open(file, limits.fileBytes());
  }

  /**
   * Opens a label file; reading beyond so many bytes fails with an IOException that says so.
   *
   * @throws LabelMistake when it is not there
   */
  public InputStream open(String file, long mostBytes) throws IOException, LabelMistake {
    var bytes = folder.open(file);
    if (bytes.isEmpty()) {
      throw new LabelMistake(file, 0, "is missing");
    }
    return new BoundedStream(bytes.get(), file, mostBytes);
  }

  /**
   * Opens a text file in UTF-8, with or without a byte order mark.
   *
   * @throws LabelMistake when it is not there
   */
  public Reader text(String file, long mostBytes) throws IOException, LabelMistake {
    var reader =
        new BufferedReader(new InputStreamReader(open(file, mostBytes), StandardCharsets.UTF_8));
    reader.mark(1);
    if (reader.read() != BYTE_ORDER_MARK) {
      reader.reset();
    }
    return reader;
  }

  /**
   * Opens a text file for reading it line by line.
   *
   * @param mostChars in one line
   * @throws LabelMistake when it is not there
   */
  public TextLines lines(String file, long mostBytes, int mostChars)
      throws IOException, LabelMistake {
    return new TextLines(text(file, mostBytes), file, mostChars);
  }

  /**
   * The size by which the annotations of an image are judged: that of the decoded image, else the
   * stated one. Says so where the two differ.
   *
   * @param line where the size is stated, from 1; 0 where the format has none
   */
  public Optional<ImageSize> judged(String path, Optional<ImageSize> stated, String file, int line)
      throws IOException {
    var truth = decoded.of(path);
    if (truth.isPresent() && stated.isPresent() && !truth.equals(stated)) {
      findings.add(Kind.OTHER_SIZE, file, line, otherSize(path, stated.get(), truth.get()));
    }
    return truth.or(() -> stated);
  }

  private static String otherSize(String path, ImageSize stated, ImageSize truth) {
    boolean turned = stated.width() == truth.height() && stated.height() == truth.width();
    return "'%s' is said to have %d x %d px and has %d x %d%s"
        .formatted(
            Text.excerpt(path),
            stated.width(),
            stated.height(),
            truth.width(),
            truth.height(),
            turned ? "; perhaps it was labelled without its EXIF orientation" : "");
  }

  /** Whether a path named in a label file may be used; says so where it may not. */
  public boolean accepts(String path, String file, int line) {
    var fault = RelativePath.fault(path);
    fault.ifPresent(reason ->
        findings.add(
            Kind.BAD_PATH, file, line, "path '%s' %s".formatted(Text.excerpt(path), reason)));
    return fault.isEmpty();
  }
}
