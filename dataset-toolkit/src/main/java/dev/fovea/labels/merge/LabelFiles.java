package dev.fovea.labels.merge;

import dev.fovea.dvc.work.FileMerge;
import dev.fovea.kernel.Text;
import dev.fovea.labels.files.MemoryFolder;
import dev.fovea.labels.format.Finding;
import dev.fovea.labels.format.Finding.Kind;
import dev.fovea.labels.format.LabelFormat;
import dev.fovea.labels.format.LabelMistake;
import dev.fovea.labels.format.LabelSource;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Merges label files that both sides changed: COCO's and Datumaro's JSON, CVAT's and VOC's XML,
 * Fovea's CSV, and YOLO's rows where all sides have one {@code data.yaml}. The result is written
 * anew, so where a file says what Fovea does not keep, it is not merged unless that may be dropped.
 */
public final class LabelFiles implements FileMerge {
  private static final Set<Kind> DROPPED =
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

  /** Three sources of one format, and where in the written dataset the merged file is. */
  private record Sides(
      LabelFormat format,
      LabelSource base,
      LabelSource ours,
      LabelSource theirs,
      Optional<String> written,
      Set<String> unkept) {}

  @Override
  public Answer merge(String path, Side base, Side ours, Side theirs) throws IOException {
    try {
      var yolo = YoloRows.of(path, base, ours, theirs);
      if (yolo.isPresent()) {
        return merge(yolo(yolo.get()));
      }
      var mine = required(ours, path);
      var others = required(theirs, path);
      var kind = LabelFile.of(path, mine);
      if (kind.isEmpty() || !kind.equals(LabelFile.of(path, others))) {
        return new Unknown("both sides changed it (expected: labels of one known format)");
      }
      return merge(alone(kind.get(), base.read(path), mine, others));
    } catch (LabelMistake e) {
      return new Unknown("both sides changed it, and " + e.getMessage());
    }
  }

  private static byte[] required(Side side, String path) throws IOException {
    return side.read(path)
        .orElseThrow(() -> new IllegalArgumentException("no '%s' on a side".formatted(path)));
  }

  private static Sides yolo(YoloRows rows) {
    return new Sides(
        rows.format(),
        rows.base(),
        rows.ours(),
        rows.theirs(),
        Optional.of(YoloRows.LABELS),
        Set.of());
  }

  private static Sides alone(
      LabelFile kind, Optional<byte[]> base, byte[] ours, byte[] theirs)
      throws IOException, LabelMistake {
    var unkept = new TreeSet<>(kind.unkept(ours));
    unkept.addAll(kind.unkept(theirs));
    return new Sides(
        kind.format(),
        base.isPresent() ? source(kind, base.get()) : kind.nothing(),
        source(kind, ours),
        source(kind, theirs),
        Optional.empty(),
        unkept);
  }

  private static LabelSource source(LabelFile kind, byte[] bytes) {
    return kind.source(() -> new ByteArrayInputStream(bytes));
  }

  private Answer merge(Sides sides) throws IOException, LabelMistake {
    var target = new MemoryFolder();
    var result =
        LabelMerge.merge(sides.format(), sides.base(), sides.ours(), sides.theirs(), target);
    var dropped = new TreeSet<String>();
    sides.unkept().forEach(part -> dropped.add("'%s'".formatted(Text.excerpt(part))));
    for (var side : List.of(sides.ours(), sides.theirs())) {
      side.findings().kept().stream()
          .filter(finding -> DROPPED.contains(finding.kind()))
          .map(Finding::text)
          .forEach(dropped::add);
    }
    result.losses().forEach(loss -> dropped.add(loss.text()));
    if (!drop && !dropped.isEmpty()) {
      return new Unknown(
          "both sides changed it, and a merged file would lose %d things: %s (expected: labels alone; --drop-unkept merges it without them)"
              .formatted(
                  dropped.size(),
                  dropped.stream().limit(SHOWN).collect(Collectors.joining("; "))));
    }
    var files = sides.written().map(List::of).orElseGet(() -> target.list(""));
    if (files.size() != 1 || !target.has(files.getFirst())) {
      return new Unknown(
          "both sides changed it, and the result is %d files (expected: 1)"
              .formatted(files.size()));
    }
    try (var bytes = target.open(files.getFirst()).orElseThrow()) {
      var conflicts =
          new ArrayList<>(result.conflicts().kept().stream().map(Conflict::text).toList());
      long more = result.conflicts().count() - conflicts.size();
      if (more > 0) {
        conflicts.add("and %d more".formatted(more));
      }
      return new Merged(bytes.readAllBytes(), conflicts);
    }
  }
}
