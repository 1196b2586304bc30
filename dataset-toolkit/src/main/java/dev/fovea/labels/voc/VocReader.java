package dev.fovea.labels.voc;

import dev.fovea.dvc.RelativePath;
import dev.fovea.kernel.Text;
import dev.fovea.labels.LabelledImage;
import dev.fovea.labels.format.Finding.Kind;
import dev.fovea.labels.format.LabelFormat.ImageConsumer;
import dev.fovea.labels.format.LabelMistake;
import dev.fovea.labels.format.LabelSource;
import dev.fovea.labels.voc.Voc.Counting;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Reads the images that the lists name, split by split, then those that none names. */
final class VocReader {
  static final String ANNOTATIONS = "Annotations";
  static final String LISTS = "ImageSets/Main";
  private static final int MAX_LINE_CHARS = 4_096;
  private static final String XML = ".xml";
  private static final String TXT = ".txt";
  private static final Set<String> UNIONS = Set.of("trainval", "all");

  private final LabelSource source;
  private final VocImage image;
  private final Set<String> seen = new HashSet<>();

  VocReader(LabelSource source, Counting counting) {
    this.source = source;
    this.image = new VocImage(source, counting);
  }

  void read(ImageConsumer images) throws IOException, LabelMistake {
    for (var list : lists()) {
      var split = list.substring(LISTS.length() + 1, list.length() - TXT.length());
      try (var lines = source.lines(list, source.limits().fileBytes(), MAX_LINE_CHARS)) {
        for (var text = lines.next(); text.isPresent(); text = lines.next()) {
          var name = text.get().strip();
          var columns = name.split("\\s+", -1);
          if (columns.length == 2 && columns[1].matches("[-+]?[01]")) {
            break; // one class's list, of the images that have it
          }
          if (!name.isEmpty()) {
            readListed(name, split, list, lines.line(), images);
          }
        }
      }
    }
    for (var file : source.folder().list(ANNOTATIONS)) {
      if (file.endsWith(XML)) {
        var name = file.substring(ANNOTATIONS.length() + 1, file.length() - XML.length());
        if (!seen.contains(name)) {
          hand(file, "", images);
        }
      }
    }
  }

  // A union of other lists says nothing where these are there.
  private List<String> lists() throws IOException {
    var lists = new ArrayList<String>();
    for (var list : source.folder().list(LISTS)) {
      if (list.endsWith(TXT) && list.indexOf('/', LISTS.length() + 1) < 0) {
        lists.add(list);
      }
    }
    var parts = lists.stream().filter(list -> !isUnion(list)).toList();
    return parts.isEmpty() ? lists : parts;
  }

  private static boolean isUnion(String list) {
    return UNIONS.contains(list.substring(LISTS.length() + 1, list.length() - TXT.length()));
  }

  private void readListed(String name, String split, String list, int line, ImageConsumer images)
      throws IOException, LabelMistake {
    if (RelativePath.fault(name).isPresent()) {
      source.accepts(name, list, line);
      return;
    }
    if (!seen.add(name)) {
      add(Kind.DUPLICATE, list, line, "'%s' is in two lists; the first counts", name);
      return;
    }
    if (seen.size() > source.limits().images()) {
      throw new LabelMistake(list, line, "more than %d images".formatted(source.limits().images()));
    }
    var file = ANNOTATIONS + "/" + name + XML;
    if (source.folder().has(file)) {
      hand(file, split, images);
    } else {
      add(Kind.UNKNOWN_IMAGE, list, line, "'%s' has no file in Annotations", name);
    }
  }

  private void hand(String file, String split, ImageConsumer images)
      throws IOException, LabelMistake {
    LabelledImage read = image.read(file, split);
    if (source.accepts(read.path(), file, 0)) {
      images.accept(read);
    }
  }

  private void add(Kind kind, String list, int line, String text, String name) {
    source.findings().add(kind, list, line, text.formatted(Text.excerpt(name)));
  }
}
