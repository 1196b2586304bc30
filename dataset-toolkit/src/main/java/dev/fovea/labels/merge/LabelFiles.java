package dev.fovea.labels.merge;

import dev.fovea.dvc.merge.FileMerge;
import dev.fovea.kernel.Text;
import dev.fovea.labels.convert.Conversion;
import dev.fovea.labels.files.MemoryFolder;
import dev.fovea.labels.format.Finding.Kind;
import dev.fovea.labels.format.LabelMistake;
import dev.fovea.labels.format.LabelSource;
import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Merges label files that both sides changed: COCO's and Datumaro's JSON, CVAT's and VOC's XML,
 * Fovea's CSV, and YOLO's rows where all sides have one {@code data.yaml}. The result is written
 * anew, so a file that says what Fovea does not keep is not merged, unless that may be dropped.
 */
public final class LabelFiles implements FileMerge {
  // Of what readers find, what is not in what they read.
  private static final Set<Kind> LEFT_OUT =
      EnumSet.of(
          Kind.NOT_KEPT,
          Kind.UNKNOWN_CLASS,
          Kind.UNKNOWN_IMAGE,
          Kind.BAD_PATH,
          Kind.DUPLICATE,
          Kind.UNREADABLE);
  private static final int SHOWN = 3;

  private final boolean drop;

  /**
   * @param drop whether what Fovea does not keep may be dropped
   */
  public LabelFiles(boolean drop) {
    this.drop = drop;
  }

  @Override
  public Answer merge(String path, Side base, Side ours, Side theirs) throws IOException {
    if (YoloRows.isNamed(path)) {
      return rows(path, base, ours, theirs);
    }
    if (!LabelFile.isNamed(path)) {
      return new Unknown("both sides changed it");
    }
    var old = base.read(path);
    var mine = required(ours, path);
    var others = required(theirs, path);
    var kind = LabelFile.of(path, mine);
    if (kind.isEmpty() || !kind.equals(LabelFile.of(path, others))) {
      return new Unknown("both sides changed it (expected: labels of one known format)");
    }
    try {
      return file(kind.get(), old, mine, others);
    } catch (LabelMistake | IOException e) {
      return new Unknown("both sides changed it, and " + e.getMessage());
    }
  }

  private static byte[] required(Side side, String path) throws IOException {
    return side.read(path)
        .orElseThrow(() -> new IllegalArgumentException("no '%s' on a side".formatted(path)));
  }

  private Answer rows(String path, Side base, Side ours, Side theirs) throws IOException {
    try {
      var rows = YoloRows.of(path, base, ours, theirs);
      var target = new MemoryFolder();
      var result = LabelMerge.merge(rows.format(), rows.base(), rows.ours(), rows.theirs(), target);
      var lost = leftOut(rows.ours(), rows.theirs());
      return answer(result, lost, target, YoloRows.LABELS);
    } catch (LabelMistake e) {
      return new Unknown("both sides changed it, and " + e.getMessage());
    }
  }

  private Answer file(LabelFile kind, Optional<byte[]> base, byte[] ours, byte[] theirs)
      throws IOException, LabelMistake {
    var mine = kind.source(ours);
    var others = kind.source(theirs);
    var target = new MemoryFolder();
    var result =
        LabelMerge.merge(
            kind.format(), base.map(kind::source).orElseGet(kind::nothing), mine, others, target);
    var lost = leftOut(mine, others);
    lost.addAll(unkept(kind, ours));
    lost.addAll(unkept(kind, theirs));
    var files = target.list("");
    return files.size() == 1
        ? answer(result, lost, target, files.getFirst())
        : new Unknown(
            "both sides changed it, and the result is %d files (expected: 1)"
                .formatted(files.size()));
  }

  private static Set<String> unkept(LabelFile kind, byte[] bytes) throws IOException, LabelMistake {
    var anew = new MemoryFolder();
    Conversion.convert(kind.format(), kind.source(bytes), kind.format(), anew);
    var files = anew.list("");
    if (files.size() != 1) {
      return Set.of("its splits");
    }
    try (var rewritten = anew.open(files.getFirst()).orElseThrow()) {
      return Unkept.of(kind, bytes, rewritten.readAllBytes()).stream()
          .map(place -> "'%s'".formatted(Text.excerpt(place)))
          .collect(Collectors.toSet());
    }
  }

  // Findings are counted where they are too many to be kept.
  private static Set<String> leftOut(LabelSource... sides) {
    var lost = new TreeSet<String>();
    for (var side : sides) {
      var unseen = new EnumMap<Kind, Long>(Kind.class);
      unseen.putAll(side.findings().counts());
      for (var finding : side.findings().kept()) {
        unseen.merge(finding.kind(), -1L, Long::sum);
        if (LEFT_OUT.contains(finding.kind())) {
          lost.add(finding.text());
        }
      }
      unseen.forEach((kind, more) -> {
        if (more > 0 && LEFT_OUT.contains(kind)) {
          lost.add("%d more (%s)".formatted(more, kind));
        }
      });
    }
    return lost;
  }

  private Answer answer(
      LabelMerge.Result result, Set<String> lost, MemoryFolder target, String file)
      throws IOException {
    result.losses().forEach(loss -> lost.add(loss.text()));
    if (!drop && !lost.isEmpty()) {
      return new Unknown(
          "both sides changed it, and a merged file would lose %d things: %s (expected: labels alone; 'fovea dataset merge --drop-unkept' merges it without them)"
              .formatted(
                  lost.size(), lost.stream().limit(SHOWN).collect(Collectors.joining("; "))));
    }
    var conflicts =
        new ArrayList<>(result.conflicts().kept().stream().map(Conflict::text).toList());
    long more = result.conflicts().count() - conflicts.size();
    if (more > 0) {
      conflicts.add("and %d more".formatted(more));
    }
    try (var bytes = target.open(file).orElseThrow()) {
      return new Merged(bytes.readAllBytes(), conflicts);
    }
  }

  @Override
  public List<String> clashes(
      Side base, Side ours, Set<String> ourChanges, Side theirs, Set<String> theirChanges)
      throws IOException {
    var clashes = new TreeSet<String>();
    for (var file : ourChanges) {
      if (isYaml(file)) {
        YoloRows.clash(file, "ours", base, ours, "theirs", theirChanges).ifPresent(clashes::add);
      }
    }
    for (var file : theirChanges) {
      if (isYaml(file)) {
        YoloRows.clash(file, "theirs", base, theirs, "ours", ourChanges).ifPresent(clashes::add);
      }
    }
    return List.copyOf(clashes);
  }

  private static boolean isYaml(String file) {
    return file.endsWith(".yaml") || file.endsWith(".yml");
  }
}
