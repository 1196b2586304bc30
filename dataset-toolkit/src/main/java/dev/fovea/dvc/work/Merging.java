package dev.fovea.dvc.work;

import dev.fovea.dvc.DvcDirectory;
import dev.fovea.dvc.DvcFile;
import dev.fovea.dvc.DvcMistake;
import dev.fovea.dvc.Md5;
import dev.fovea.dvc.work.Snapshot.Hash;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Merges two versions of what a {@code .dvc} file tracks, file by file, as Git's merge driver of
 * such files. Objects come from the local cache, and what is new is kept there before the {@code
 * .dvc} file says so.
 */
public final class Merging {
  private static final int MOST_BYTES = 64 * 1024;
  private static final long MOST_FILE_BYTES = 256 << 20;
  private static final int MOST_FILES = 5_000_000;
  private static final DvcDirectory EMPTY = new DvcDirectory(List.of());

  private final ObjectCache cache;
  private final FileMerge files;
  private final List<String> conflicts = new ArrayList<>();
  private int looked;

  /**
   * @param files looks into files that both sides changed
   * @throws WorkProblem where the working copy's cache cannot be used
   */
  public Merging(WorkingCopy copy, FileMerge files) throws IOException {
    this.cache = copy.cache();
    this.files = files;
  }

  /**
   * What came of it.
   *
   * @param name DVC's name for the content
   * @param looked how many files that both sides changed were merged inside
   * @param conflicts one line each; where there is one, the result has what ours says
   */
  public record Merged(String name, int looked, List<String> conflicts) {
    public Merged {
      conflicts = List.copyOf(conflicts);
    }
  }

  /**
   * Merges three versions of one {@code .dvc} file and writes the result over that of our side,
   * which stays as it is where this fails.
   *
   * @param base an empty file where there is no common version
   * @throws WorkProblem when one is no {@code .dvc} file that can be used, or the cache lacks an
   *     object
   */
  public Merged merge(Path base, Path ours, Path theirs) throws IOException {
    var before = Files.size(base) == 0 ? Optional.<DvcFile>empty() : Optional.of(read(base));
    var mine = read(ours);
    var others = read(theirs);
    var frame = OtherFields.merge(before, mine, others, conflicts);
    var result = content(before, mine, others, frame);
    AtomicFiles.write(ours, result.text().getBytes(StandardCharsets.UTF_8));
    return new Merged(result.directory(), looked, conflicts);
  }

  private static DvcFile read(Path file) throws IOException {
    if (Files.size(file) > MOST_BYTES) {
      throw new WorkProblem(
          "%s has %d bytes (expected: at most %d)".formatted(file, Files.size(file), MOST_BYTES),
          "it is no .dvc file: take the driver off it in .gitattributes");
    }
    try {
      return DvcFile.parseAny(Files.readString(file));
    } catch (DvcMistake e) {
      throw new WorkProblem(
          "%s, line %d: %s".formatted(file, e.line(), e.text()),
          "choose a side: git checkout --ours, or --theirs, then git add");
    }
  }

  private DvcFile content(
      Optional<DvcFile> before, DvcFile mine, DvcFile others, DvcFile frame) throws IOException {
    var old = before.map(DvcFile::directory).orElse("");
    if (mine.directory().equals(others.directory()) || others.directory().equals(old)) {
      return pointing(frame, mine);
    }
    if (mine.directory().equals(old)) {
      return pointing(frame, others);
    }
    if (mine.isFolder() != others.isFolder()) {
      conflicts.add(
          "%s: ours is a %s, theirs a %s".formatted(mine.path(), kind(mine), kind(others)));
      return pointing(frame, mine);
    }
    return mine.isFolder()
        ? folder(before, mine, others, frame)
        : file(before, mine, others, frame);
  }

  private static String kind(DvcFile file) {
    return file.isFolder() ? "folder" : "file";
  }

  private static DvcFile pointing(DvcFile frame, DvcFile content) {
    return frame.directory().equals(content.directory())
        ? frame
        : frame.pointingTo(
            content.directory(), OtherFields.number(content, "size"), (int) OtherFields.number(content, "nfiles").orElse(0));
  }

  private DvcFile file(Optional<DvcFile> before, DvcFile mine, DvcFile others, DvcFile frame)
      throws IOException {
    var path = mine.path();
    var answer =
        files.merge(
            path,
            only(path, before.filter(file -> !file.isFolder())),
            only(path, Optional.of(mine)),
            only(path, Optional.of(others)));
    return switch (answer) {
      case FileMerge.Merged merged -> {
        var md5 = keep(path, merged);
        yield frame.pointingTo(md5, merged.bytes().length, 1);
      }
      case FileMerge.Unknown unknown -> {
        conflicts.add("%s: %s".formatted(path, unknown.reason()));
        yield pointing(frame, mine);
      }
    };
  }

  private FileMerge.Side only(String path, Optional<DvcFile> file) {
    return asked ->
        asked.equals(path) && file.isPresent()
            ? Optional.of(bytes(file.get().directory()))
            : Optional.empty();
  }

  private DvcFile folder(Optional<DvcFile> before, DvcFile mine, DvcFile others, DvcFile frame)
      throws IOException {
    var base =
        before.isPresent() && before.get().isFolder()
            ? files(before.get())
            : EMPTY;
    var ours = files(mine);
    var theirs = files(others);
    var sides = new FileMerge.Side[] {side(base), side(ours), side(theirs)};
    var merged = FolderMerge.merge(base, ours, theirs, (path, a, b) -> decide(path, a, b, sides));
    try {
      DvcDirectory.read(new ByteArrayInputStream(merged.bytes()), MOST_FILES);
    } catch (DvcMistake e) {
      conflicts.add("%s: both sides together: %s".formatted(mine.path(), e.text()));
      return pointing(frame, mine);
    }
    cache.keep(merged);
    return frame.pointingTo(
        merged.name(), size(OtherFields.number(mine, "size"), ours, merged), merged.entries().size());
  }

  private DvcDirectory files(DvcFile folder) throws IOException {
    requireThere(folder.directory());
    return FolderObjects.read(cache, folder.directory());
  }

  private byte[] bytes(String md5) throws IOException {
    requireThere(md5);
    return cache.read(md5, MOST_FILE_BYTES);
  }

  private void requireThere(String name) {
    if (!Files.exists(cache.directory(name))) {
      throw new WorkProblem(
          "the object %s, which the merge needs, is not in the cache".formatted(name),
          "run 'git merge --abort', check out the version that has it, run 'fovea dataset pull', go back and merge again");
    }
  }

  private FileMerge.Side side(DvcDirectory directory) {
    var byPath = directory.byPath();
    return path -> {
      var md5 = byPath.get(path);
      return md5 == null ? Optional.empty() : Optional.of(bytes(md5));
    };
  }

  private Optional<String> decide(
      String path, Optional<String> ours, Optional<String> theirs, FileMerge.Side[] sides)
      throws IOException {
    if (ours.isEmpty() || theirs.isEmpty()) {
      conflicts.add(
          "%s: %s it, %s changed it"
              .formatted(
                  path,
                  ours.isEmpty() ? "ours deleted" : "theirs deleted",
                  ours.isEmpty() ? "theirs" : "ours"));
      return ours;
    }
    return switch (files.merge(path, sides[0], sides[1], sides[2])) {
      case FileMerge.Merged merged -> Optional.of(keep(path, merged));
      case FileMerge.Unknown unknown -> {
        conflicts.add("%s: %s".formatted(path, unknown.reason()));
        yield ours;
      }
    };
  }

  private String keep(String path, FileMerge.Merged merged) throws IOException {
    looked++;
    merged.conflicts().forEach(conflict -> conflicts.add(path + ": " + conflict));
    var md5 = Md5.hex(merged.bytes());
    cache.put(Hash.parse(md5), "", ByteBuffer.wrap(merged.bytes()));
    return md5;
  }

  // From that of ours, by what differs; absent where the cache lacks one of these.
  private OptionalLong size(OptionalLong known, DvcDirectory ours, DvcDirectory merged)
      throws IOException {
    var before = new HashMap<>(ours.byPath());
    var after = new HashMap<>(merged.byPath());
    if (known.isPresent()) {
      before.entrySet().removeAll(merged.byPath().entrySet());
      after.entrySet().removeAll(ours.byPath().entrySet());
    } else {
      before.clear();
    }
    long bytes = known.orElse(0);
    for (var entry : after.values()) {
      var object = cache.directory(entry);
      if (!Files.exists(object)) {
        return OptionalLong.empty();
      }
      bytes += Files.size(object);
    }
    for (var entry : before.values()) {
      var object = cache.directory(entry);
      if (!Files.exists(object)) {
        return OptionalLong.empty();
      }
      bytes -= Files.size(object);
    }
    return OptionalLong.of(bytes);
  }
}
