package dev.fovea.dvc.work;

import dev.fovea.dvc.disk.WorkProblem;
import dev.fovea.dvc.pipeline.DvcLock;
import dev.fovea.dvc.pipeline.DvcPipeline;
import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What the files of a working copy say: {@code .dvc} files, and each {@code dvc.yaml} with its
 * {@code dvc.lock}. Folders that are tracked hold data, and no such files: they are not looked
 * into.
 *
 * @param tracked by path
 * @param doubts what could not be told
 * @param files that say all that
 */
public record FoundDescriptions(List<Tracked> tracked, List<String> doubts, List<Path> files) {
  static FoundDescriptions in(WorkingCopy copy) throws IOException {
    var walk = new Walk(copy, copy.settings());
    Files.walkFileTree(copy.root(), walk);
    return walk.found();
  }

  /**
   * A stage that makes a path, something in it, or something around it; absent where none does. No
   * {@code .dvc} file is read, and nothing in a folder of that path, which may hold very many
   * files.
   */
  public static Optional<Stages.Owned> owner(WorkingCopy copy, String path) throws IOException {
    var walk = new Walk(copy, copy.root().resolve(path));
    Files.walkFileTree(copy.root(), walk);
    var within = new Scope(List.of(path));
    return walk.stages.stream()
        .flatMap(each -> each.stages().owned().stream())
        .filter(each -> within.touches(each.path()))
        .findFirst();
  }

  private static final class Walk extends SimpleFileVisitor<Path> {
    private final WorkingCopy copy;
    private final Path unseen;
    private final List<Path> files = new ArrayList<>();
    private final List<Read> stages = new ArrayList<>();
    private final Set<Path> made = new HashSet<>();

    /** The stages of a folder's {@code dvc.yaml}. */
    private record Read(Path folder, Stages stages) {}

    Walk(WorkingCopy copy, Path unseen) {
      this.copy = copy;
      this.unseen = unseen;
    }

    @Override
    public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes)
        throws IOException {
      var name = String.valueOf(folder.getFileName());
      boolean inside = !folder.equals(copy.root());
      boolean other = inside && Files.isDirectory(folder.resolve(".dvc"));
      boolean data =
          inside && (made.contains(folder) || Files.isRegularFile(Descriptions.of(folder)));
      boolean own = name.equals(".git") || name.equals(".dvc");
      if (own || other || data || folder.equals(unseen)) {
        return FileVisitResult.SKIP_SUBTREE;
      }
      stages(folder);
      return FileVisitResult.CONTINUE;
    }

    private void stages(Path folder) throws IOException {
      var lock = folder.resolve(Stages.LOCK);
      var pipeline = folder.resolve(Stages.PIPELINE);
      boolean ran = Files.isRegularFile(lock);
      if (!ran && !Files.isRegularFile(pipeline)) {
        return;
      }
      var read =
          Stages.read(
              copy.root(),
              copy.inside(lock),
              ran ? text(lock) : "",
              Files.isRegularFile(pipeline) ? Optional.of(beginning(pipeline)) : Optional.empty(),
              path -> variables(copy.root(), copy.root().relativize(lock).toString(), path));
      stages.add(new Read(folder, read));
      for (var each : read.outs()) {
        var place = copy.root().resolve(each.path());
        copy.inside(place); // a link on its way may lead elsewhere
        if (each.file().isFolder()) {
          made.add(place);
        }
      }
    }

    /** A file of the repository; one that a link leads out of it is none. */
    private static Optional<String> variables(Path root, String lock, String path) {
      try {
        var place = DvcPipeline.place(lock.replace('\\', '/'), "", path).map(root::resolve);
        if (place.isEmpty()
            || !Files.isRegularFile(place.get())
            || !place.get().toRealPath().startsWith(root)
            || Files.size(place.get()) > DvcPipeline.MOST_BYTES) {
          return Optional.empty();
        }
        return Optional.of(Files.readString(place.get()));
      } catch (IOException | InvalidPathException _) {
        return Optional.empty();
      }
    }

    private static String text(Path lock) throws IOException {
      if (Files.size(lock) > DvcLock.MOST_BYTES) {
        throw new WorkProblem(
            "%s has %d bytes (expected: at most %d)"
                .formatted(lock, Files.size(lock), DvcLock.MOST_BYTES),
            "split its stages into several folders");
      }
      try {
        return WorkingCopy.text(lock);
      } catch (MalformedInputException e) {
        throw new WorkProblem(
            "%s is no UTF-8".formatted(lock), "have dvc write it anew: dvc repro");
      }
    }

    /** What is wrong with it, or too long, is told of when it is read, and stops nothing. */
    private static String beginning(Path pipeline) throws IOException {
      try (var in = Files.newInputStream(pipeline)) {
        return new String(in.readNBytes(DvcPipeline.MOST_BYTES + 1), StandardCharsets.UTF_8);
      }
    }

    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
      if (attributes.isRegularFile() && Descriptions.is(file.toString())) {
        files.add(file);
      }
      return FileVisitResult.CONTINUE;
    }

    FoundDescriptions found() throws IOException {
      var tracked = new ArrayList<Tracked>();
      var added = new HashSet<String>();
      var all = new ArrayList<Path>();
      for (var file : files) {
        // Stages of other folders may have made what was walked through before they were read.
        if (made.stream().noneMatch(file::startsWith)) {
          var each = copy.read(file);
          all.add(file);
          added.add(each.path());
          if (each.file().sharing().cached()) {
            tracked.add(each);
          }
        }
      }
      var doubts = new ArrayList<String>();
      for (var each : stages) {
        if (made.stream().anyMatch(each.folder()::startsWith)) {
          continue;
        }
        if (Files.isRegularFile(each.folder().resolve(Stages.LOCK))) {
          all.add(each.folder().resolve(Stages.LOCK));
        }
        doubts.addAll(each.stages().doubts());
        for (var out : each.stages().outs()) {
          if (added.add(out.path())) {
            tracked.add(out);
          } else {
            doubts.add(
                "'%s' is tracked or made twice: what %s says of it is left alone"
                    .formatted(out.path(), copy.root().relativize(out.description())));
          }
        }
      }
      tracked.sort(Comparator.comparing(Tracked::path));
      return new FoundDescriptions(tracked, doubts, all);
    }
  }
}
