package dev.fovea.dvc.merge;

import dev.fovea.dvc.DvcFile;
import dev.fovea.dvc.DvcMistake;
import dev.fovea.dvc.Naming;
import dev.fovea.dvc.directory.DvcDirectory;
import dev.fovea.dvc.disk.WorkProblem;
import dev.fovea.dvc.remote.Remote;
import dev.fovea.dvc.work.ConflictMarkers;
import dev.fovea.dvc.work.WorkingCopy;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Supplier;

/**
 * Merges three versions of what a {@code .dvc} file tracks, file by file. What is new is kept in
 * the cache before a text says so.
 */
public final class Merging {
  private static final int MOST_FILES = 5_000_000;

  private final WorkingCopy copy;
  private final Supplier<Optional<Remote>> remote;
  private final FileMerge files;

  /**
   * @param remote where objects are read that the cache lacks; opened, and closed, where it must be
   * @param files looks into files that both sides changed
   */
  public Merging(WorkingCopy copy, Supplier<Optional<Remote>> remote, FileMerge files) {
    this.copy = copy;
    this.remote = remote;
    this.files = files;
  }

  /**
   * What came of it.
   *
   * @param text of the merged {@code .dvc} file; where there are conflicts, of two between Git's
   *     markers: in one they are as ours says, in the other as theirs, and all else is of both
   * @param looked how many files that both sides changed were merged inside
   * @param conflicts one line each
   */
  public record Merged(String text, int looked, List<String> conflicts) {
    public Merged {
      conflicts = List.copyOf(conflicts);
    }
  }

  /**
   * Merges three versions of one {@code .dvc} file.
   *
   * @param base empty where there is no common version
   * @throws WorkProblem when one is no {@code .dvc} file that can be used, or an object is missing
   */
  public Merged merge(String base, String ours, String theirs) throws IOException {
    var before = base.isEmpty() ? Optional.<DvcFile>empty() : Optional.of(read("the base", base));
    var mine = read("our side", ours);
    var others = read("their side", theirs);
    try (var objects = new MergeObjects(copy.cache(), remote)) {
      var towardsOurs = new Direction(objects);
      var text = towardsOurs.merge(before, mine, others).text();
      if (!towardsOurs.conflicts.isEmpty()) {
        text = ConflictMarkers.of(text, new Direction(objects).merge(before, others, mine).text());
      }
      return new Merged(text, towardsOurs.bothChanged.looked(), towardsOurs.conflicts);
    }
  }

  private static DvcFile read(String side, String text) {
    try {
      var file = DvcFile.parseAny(text);
      if (file.naming() != Naming.MD5) {
        throw new WorkProblem(
            "the .dvc file of %s names what DVC 2 kept, which is not merged".formatted(side),
            "choose a side: git checkout --ours, or --theirs, then git add");
      }
      return file;
    } catch (DvcMistake e) {
      throw new WorkProblem(
          "the .dvc file of %s, line %d: %s".formatted(side, e.line(), e.text()),
          "choose a side: git checkout --ours, or --theirs, then git add");
    }
  }

  /** One merge, with what ours says where both sides changed something. */
  private final class Direction {
    private final MergeObjects objects;
    private final List<String> conflicts = new ArrayList<>();
    private final BothChanged bothChanged;

    Direction(MergeObjects objects) {
      this.objects = objects;
      this.bothChanged = new BothChanged(files, objects, conflicts);
    }

    DvcFile merge(Optional<DvcFile> before, DvcFile mine, DvcFile others) throws IOException {
      var frame = OtherFields.merge(before, mine, others, conflicts);
      var old = before.map(DvcFile::directory).orElse("");
      if (mine.directory().equals(others.directory()) || others.directory().equals(old)) {
        return OtherFields.with(frame, mine);
      }
      if (mine.directory().equals(old)) {
        return OtherFields.with(frame, others);
      }
      if (mine.isFolder() != others.isFolder()) {
        conflicts.add(
            "%s: ours is a %s, theirs a %s".formatted(mine.path(), kind(mine), kind(others)));
        return OtherFields.with(frame, mine);
      }
      return mine.isFolder()
          ? folder(before, mine, others, frame)
          : file(before, mine, others, frame);
    }

    private static String kind(DvcFile file) {
      return file.isFolder() ? "folder" : "file";
    }

    private DvcFile file(Optional<DvcFile> before, DvcFile mine, DvcFile others, DvcFile frame)
        throws IOException {
      var path = mine.path();
      var old = before.filter(file -> !file.isFolder());
      var md5 =
          bothChanged.decide(
              path,
              old.map(file -> Map.of(path, file.directory())).orElse(Map.of()),
              Map.of(path, mine.directory()),
              Map.of(path, others.directory()));
      return md5.equals(mine.directory())
          ? OtherFields.with(frame, mine)
          : frame.pointingTo(md5, objects.size(md5), OptionalLong.empty());
    }

    private DvcFile folder(Optional<DvcFile> before, DvcFile mine, DvcFile others, DvcFile frame)
        throws IOException {
      Map<String, String> base =
          before.isPresent() && before.get().isFolder()
              ? objects.folder(before.get().directory())
              : Map.of();
      var ours = objects.folder(mine.directory());
      var theirs = objects.folder(others.directory());
      var merged = FolderMerge.merge(base, ours, theirs, bothChanged, conflicts);
      try {
        DvcDirectory.read(new ByteArrayInputStream(merged.bytes()), MOST_FILES);
      } catch (DvcMistake e) {
        conflicts.add("%s: both sides together: %s".formatted(mine.path(), e.text()));
        return OtherFields.with(frame, mine);
      }
      objects.keep(merged);
      return frame.pointingTo(
          merged.name(),
          size(OtherFields.number(mine, "size"), ours, merged.byPath()),
          OptionalLong.of(merged.entries().size()));
    }

    // From that of ours, by what differs; absent where the cache lacks one of these.
    private OptionalLong size(
        OptionalLong known, Map<String, String> ours, Map<String, String> merged)
        throws IOException {
      var gone = new HashMap<>(ours);
      gone.entrySet().removeAll(merged.entrySet());
      var come = new HashMap<>(merged);
      come.entrySet().removeAll(ours.entrySet());
      var plus = total(come);
      var minus = total(gone);
      return known.isPresent() && plus.isPresent() && minus.isPresent()
          ? OptionalLong.of(known.getAsLong() + plus.getAsLong() - minus.getAsLong())
          : OptionalLong.empty();
    }

    private OptionalLong total(Map<String, String> files) throws IOException {
      long bytes = 0;
      for (var md5 : files.values()) {
        var size = objects.size(md5);
        if (size.isEmpty()) {
          return size;
        }
        bytes += size.getAsLong();
      }
      return OptionalLong.of(bytes);
    }
  }
}
