package dev.fovea.labels.coco;

import dev.fovea.kernel.Text;
import dev.fovea.labels.Extras;
import dev.fovea.labels.Licence;
import dev.fovea.labels.Notes;
import dev.fovea.labels.format.Findings;
import dev.fovea.labels.format.LabelMistake;
import dev.fovea.labels.json.JsonCursor;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/**
 * What COCO files say of a dataset as a whole: {@code info}, {@code licenses} and whatever else
 * stands beside their lists.
 */
final class CocoNotes {
  private static final int MOST_LICENCES = 1_000;
  private static final int LICENCE_CHARS = 8 << 10;
  private static final String INFO = "info";
  private static final String NOTHING = "{}";

  private final Map<Long, Licence> licences = new LinkedHashMap<>();
  private final CocoExtras extras = new CocoExtras(CocoExtras.MOST_CHARS);
  private final Findings findings;
  private final String file;

  CocoNotes(Findings findings, String file) {
    this.findings = findings;
    this.file = file;
  }

  /** Reads {@code licenses}. */
  void readLicences(JsonCursor json) throws IOException, LabelMistake {
    if (!json.isList()) {
      if (!json.isNull()) {
        findings.notKept(file, json.line(), "what stands in place of the list of licences");
      }
      json.skip();
      return;
    }
    json.list(() -> {
      int line = json.line();
      if (licences.size() == MOST_LICENCES || !json.isObject()) {
        findings.notKept(file, line, "a licence that is no object, or after 1,000 others");
        json.skip();
        return;
      }
      var number = new OptionalLong[] {OptionalLong.empty()};
      var said = new CocoExtras(LICENCE_CHARS);
      json.object(name -> {
        if (name.equals("id") && json.isWhole()) {
          number[0] = OptionalLong.of(json.whole());
        } else {
          said.read(name, json, lost -> lost(line, "the licence field", lost));
        }
      });
      if (number[0].isEmpty()) {
        findings.notKept(file, line, "a licence without a number");
        return;
      }
      var licence = new Licence(number[0].getAsLong(), said.extras());
      var first = licences.putIfAbsent(licence.number(), licence);
      if (first != null && !first.equals(licence)) {
        findings.notKept(file, line, "another licence of the number " + licence.number());
      }
    });
  }

  /** Reads any other field. */
  void read(String name, JsonCursor json) throws LabelMistake {
    int line = json.line();
    extras.read(name, json, lost -> lost(line, "the field", lost));
  }

  void lost(int line, String kind, String name) {
    findings.notKept(file, line, "%s '%s'".formatted(kind, Text.excerpt(name)));
  }

  /** The licence of a number that an image has. */
  Licence licence(long number) {
    var listed = licences.get(number);
    return listed == null ? new Licence(number, Extras.NONE) : listed;
  }

  Notes notes() {
    var said = new LinkedHashMap<>(extras.extras().fields());
    said.remove(INFO, NOTHING); // as files without it are written
    return new Notes(List.copyOf(licences.values()), new Extras(said));
  }

  /**
   * What the files of one dataset say together: all licences, and of each field what the first says
   * that has it.
   *
   * @param otherwise told each field, and the place of the file that says something else
   */
  static Notes joined(List<Notes> files, Contradiction otherwise) {
    var licences = new LinkedHashSet<Licence>();
    var fields = new LinkedHashMap<String, String>();
    for (int i = 0; i < files.size(); i++) {
      licences.addAll(files.get(i).licences());
      for (var field : files.get(i).extras().fields().entrySet()) {
        var first = fields.putIfAbsent(field.getKey(), field.getValue());
        if (first != null && !first.equals(field.getValue())) {
          otherwise.found(field.getKey(), i);
        }
      }
    }
    return new Notes(new ArrayList<>(licences), new Extras(fields));
  }

  /** Told of a file that says of the dataset what another says otherwise. */
  @FunctionalInterface
  interface Contradiction {
    void found(String field, int file);
  }
}
