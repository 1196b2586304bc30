package dev.fovea.dvc.merge;

import dev.fovea.dvc.DvcMistake;
import dev.fovea.dvc.Md5;
import dev.fovea.dvc.Naming;
import dev.fovea.dvc.directory.DvcDirectory;
import dev.fovea.dvc.disk.AtomicFiles;
import dev.fovea.dvc.disk.CheckedCopy;
import dev.fovea.dvc.disk.WorkProblem;
import dev.fovea.kernel.Folders;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Three folders on disk merged into a new one, by the rules for folders that are tracked. */
public final class DiskMerge {
  private static final int MOST_FILES = 5_000_000;
  private static final long MOST_FILE_BYTES = 64 << 20;

  private final FileMerge files;
  private final Map<String, Path> places = new HashMap<>(); // by MD5, in any of the folders
  private final List<String> conflicts = new ArrayList<>();

  /**
   * @param files looks into files that both sides changed
   */
  public DiskMerge(FileMerge files) {
    this.files = files;
  }

  /**
   * Merges, and writes the result.
   *
   * @param target a folder that is not there yet; it is there whole or not at all
   * @return the conflicts, one line each: there the result has what ours says
   * @throws WorkProblem when the target is there, a folder holds a link, or both sides together are
   *     no folder
   */
  public List<String> merge(Path base, Path ours, Path theirs, Path target) throws IOException {
    var place = target.toAbsolutePath().normalize();
    if (Files.exists(place)) {
      throw new WorkProblem("%s is there already".formatted(target), "name another folder");
    }
    var fresh = Files.createTempDirectory(AtomicFiles.parent(place), ".merge");
    try {
      var kept = Files.createDirectory(fresh.resolve("kept"));
      var result = Files.createDirectory(fresh.resolve("result"));
      var sides = List.of(DiskSide.of(base), DiskSide.copied(ours, result), DiskSide.of(theirs));
      DiskSide.read(sides);
      var before = known(sides.get(0));
      var mine = known(sides.get(1));
      var others = known(sides.get(2));
      change(result, mine, merged(before, mine, others, kept));
      Files.move(result, place);
      return List.copyOf(conflicts);
    } finally {
      Folders.remove(fresh);
    }
  }

  private Map<String, String> known(DiskSide side) {
    side.md5s().forEach((path, md5) -> places.put(md5, side.place(path)));
    return side.md5s();
  }

  // What is to go goes first: a folder may come in the place of a file, and a file of a folder.
  private void change(Path result, Map<String, String> mine, DvcDirectory merged)
      throws IOException {
    var now = merged.byPath();
    for (var file : mine.entrySet()) {
      if (!file.getValue().equals(now.get(file.getKey()))) {
        remove(result.resolve(file.getKey()), result);
      }
    }
    for (var entry : merged.entries()) {
      if (!entry.md5().equals(mine.get(entry.path()))) {
        var file = result.resolve(entry.path());
        Files.createDirectories(AtomicFiles.parent(file));
        CheckedCopy.write(place(entry.md5()), file, entry, Naming.MD5);
      }
    }
  }

  // With the folders that have no file any more.
  private static void remove(Path file, Path result) throws IOException {
    Files.delete(file);
    try {
      for (var at = AtomicFiles.parent(file); !at.equals(result); at = AtomicFiles.parent(at)) {
        Files.delete(at);
      }
    } catch (DirectoryNotEmptyException _) {
      // the others stay, too
    }
  }

  private DvcDirectory merged(
      Map<String, String> base, Map<String, String> ours, Map<String, String> theirs, Path kept)
      throws IOException {
    var bothChanged = new BothChanged(files, new Places(kept), conflicts);
    var merged = FolderMerge.merge(base, ours, theirs, bothChanged, conflicts);
    try {
      return DvcDirectory.read(new ByteArrayInputStream(merged.bytes()), MOST_FILES);
    } catch (DvcMistake e) {
      throw new WorkProblem(
          "both sides together: %s".formatted(e.text()), "rename it on one side, then repeat");
    }
  }

  private Path place(String md5) {
    return Optional.ofNullable(places.get(md5))
        .orElseThrow(() -> new IllegalStateException("no file of the MD5 " + md5));
  }

  private final class Places implements BothChanged.Store {
    private final Path kept;

    Places(Path kept) {
      this.kept = kept;
    }

    @Override
    public byte[] read(String md5) throws IOException {
      var file = place(md5);
      if (Files.size(file) > MOST_FILE_BYTES) {
        throw new BothChanged.TooLarge(MOST_FILE_BYTES);
      }
      return Files.readAllBytes(file);
    }

    @Override
    public String keep(byte[] bytes) throws IOException {
      var md5 = Md5.hex(bytes);
      places.put(md5, Files.write(kept.resolve(md5), bytes));
      return md5;
    }
  }
}
