package dev.fovea.dvc.history;

import dev.fovea.dvc.disk.WorkProblem;
import dev.fovea.dvc.pipeline.DvcLock;
import dev.fovea.dvc.pipeline.DvcPipeline;
import dev.fovea.dvc.work.Descriptions;
import dev.fovea.dvc.work.Stages;
import dev.fovea.dvc.work.Tracked;
import dev.fovea.dvc.work.WorkingCopy;
import dev.fovea.kernel.Text;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.eclipse.jgit.errors.AmbiguousObjectException;
import org.eclipse.jgit.errors.IncorrectObjectTypeException;
import org.eclipse.jgit.errors.MissingObjectException;
import org.eclipse.jgit.errors.RevisionSyntaxException;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.FileMode;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectReader;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.revwalk.RevCommit;
import org.eclipse.jgit.revwalk.RevWalk;
import org.eclipse.jgit.storage.file.FileRepositoryBuilder;
import org.eclipse.jgit.treewalk.TreeWalk;

/** What the commits of a working copy's Git repository say; nothing is checked out. */
public final class GitHistory implements AutoCloseable {
  private static final int MOST_TRACKED = 100_000;
  private static final int LONGEST = 250;
  private static final int SHOWN_DIGITS = 12;

  static {
    HermeticGit.install();
  }

  private final Descriptions descriptions;
  private final Repository repository;
  private final String prefix;

  private GitHistory(Descriptions descriptions, Repository repository, String prefix) {
    this.descriptions = descriptions;
    this.repository = repository;
    this.prefix = prefix;
  }

  /**
   * Opens it.
   *
   * @param why it is needed
   * @throws WorkProblem when the working copy is in none
   */
  public static GitHistory of(WorkingCopy copy, String why) throws IOException {
    return of(copy.root(), why);
  }

  /** That of a folder that DVC's files lie in. */
  public static GitHistory of(Path root, String why) throws IOException {
    // From the root upwards: by itself the builder begins where the process runs.
    var git = new FileRepositoryBuilder().findGitDir(root.toFile());
    if (git.getGitDir() == null) {
      throw new WorkProblem(
          "%s is in no Git repository, %s".formatted(root, why),
          "run: git init, and commit the .dvc files");
    }
    var repository = git.setMustExist(true).build();
    var top = repository.isBare() ? root : repository.getWorkTree().toPath().toRealPath();
    var prefix = top.relativize(root).toString().replace('\\', '/');
    return new GitHistory(new Descriptions(root), repository, prefix);
  }

  /**
   * A part of a repository that is open already, and is closed with it.
   *
   * @param root where the paths of what is tracked begin
   * @param prefix of that part in the repository
   */
  public static GitHistory of(Repository repository, Path root, String prefix) {
    return new GitHistory(new Descriptions(root), repository, prefix);
  }

  /** Whether a commit has a folder at a path from the repository's root. */
  public boolean hasFolder(RevCommit commit, String path) throws IOException {
    try (var walk = TreeWalk.forPath(repository, path, commit.getTree())) {
      return walk != null && walk.getFileMode(0) == FileMode.TREE;
    }
  }

  /**
   * The bytes of a file of a commit; absent where it has none there.
   *
   * @throws WorkProblem when they are too many
   */
  public Optional<byte[]> file(RevCommit commit, String path, int most) throws IOException {
    try (var reader = repository.newObjectReader();
        var walk = TreeWalk.forPath(reader, path, commit.getTree())) {
      if (walk == null || (walk.getRawMode(0) & FileMode.TYPE_MASK) != FileMode.TYPE_FILE) {
        return Optional.empty();
      }
      var loader = reader.open(walk.getObjectId(0), Constants.OBJ_BLOB);
      if (loader.getSize() > most) {
        throw new WorkProblem(
            "%s of %s has %d bytes (expected: at most %d)"
                .formatted(path, digits(commit), loader.getSize(), most),
            "have its owner mend it");
      }
      return Optional.of(loader.getCachedBytes(most));
    }
  }

  public Repository repository() {
    return repository;
  }

  /** A path of the repository, for a path of the working copy. */
  String inRepository(String path) {
    return prefix.isEmpty() ? path : path.isEmpty() ? prefix : prefix + "/" + path;
  }

  /** The commit that a revision, as Git writes it, means; absent where it means none. */
  public Optional<RevCommit> find(String revision) throws IOException {
    if (revision.isEmpty() || revision.length() > LONGEST) {
      return Optional.empty();
    }
    try (var walk = new RevWalk(repository)) {
      var id = repository.resolve(revision);
      return id == null ? Optional.empty() : Optional.of(walk.parseCommit(id));
    } catch (RevisionSyntaxException | IncorrectObjectTypeException | MissingObjectException _) {
      return Optional.empty();
    } catch (AmbiguousObjectException e) {
      throw new WorkProblem(
          "'%s' means %d objects".formatted(Text.excerpt(revision), e.getCandidates().size()),
          "give more of its digits");
    }
  }

  /**
   * The commit that a revision means.
   *
   * @throws WorkProblem when it means none
   */
  public RevCommit commit(String revision) throws IOException {
    return find(revision)
        .orElseThrow(() ->
            new WorkProblem(
                "'%s' is no commit of %s"
                    .formatted(Text.excerpt(revision), repository.getDirectory()),
                revision.equals(Constants.HEAD)
                    ? "commit something first"
                    : "see which there are: git log --oneline --all"));
  }

  /** Digits of a commit, for people. */
  public static String digits(RevCommit commit) {
    return commit.name().substring(0, SHOWN_DIGITS);
  }

  /** What the {@code .dvc} and {@code dvc.lock} files of a commit say. */
  public Described described(RevCommit commit) throws IOException {
    return read(commit, descriptions(commit));
  }

  /** The same of two commits, without those that are the same in both. */
  public Sides apart(RevCommit before, RevCommit after) throws IOException {
    var then = descriptions(before);
    var now = descriptions(after);
    var same =
        then.entrySet().stream().filter(now.entrySet()::contains).map(Map.Entry::getKey).toList();
    same.forEach(then::remove);
    same.forEach(now::remove);
    return new Sides(read(before, then), read(after, now));
  }

  /**
   * A file that says what is tracked.
   *
   * @param pipeline of a {@code dvc.lock}: the {@code dvc.yaml} beside it
   */
  private record Source(ObjectId id, Optional<ObjectId> pipeline) {}

  /** Such files of a commit, by their paths from the working copy's root. */
  private SortedMap<String, Source> descriptions(RevCommit commit) throws IOException {
    var found = new TreeMap<String, Source>();
    try (var reader = repository.newObjectReader()) {
      var top = top(reader, commit);
      if (top.isPresent()) {
        try (var walk = new TreeWalk(repository, reader)) {
          walk.addTree(top.get());
          collect(walk, reader, found);
        }
      }
    }
    return found;
  }

  private static void collect(TreeWalk walk, ObjectReader reader, SortedMap<String, Source> found)
      throws IOException {
    var pipelines = new HashMap<String, ObjectId>();
    while (walk.next()) {
      var path = walk.getPathString();
      var mode = walk.getFileMode(0);
      var id = walk.getObjectId(0);
      if (mode == FileMode.TREE) {
        if (!walk.getNameString().equals(".dvc") && !isOther(reader, id)) {
          walk.enterSubtree();
        }
      } else if (mode != FileMode.REGULAR_FILE && mode != FileMode.EXECUTABLE_FILE) {
        continue;
      } else if (walk.getNameString().equals(Stages.PIPELINE)) {
        pipelines.put(path, id);
      } else if (Descriptions.is(path) || Stages.isLock(path)) {
        found.put(path, new Source(id, Optional.empty()));
        if (found.size() > MOST_TRACKED) {
          throw new WorkProblem(
              "a commit tracks more than %d folders and files".formatted(MOST_TRACKED),
              "track folders, not each file");
        }
      }
    }
    pipelines.forEach((path, id) ->
        found.computeIfPresent(
            Stages.lock(path), (_, lock) -> new Source(lock.id(), Optional.of(id))));
  }

  private Described read(RevCommit commit, Map<String, Source> files) throws IOException {
    var tracked = new ArrayList<Tracked>();
    var unreadable = new ArrayList<Unreadable>();
    try (var reader = repository.newObjectReader()) {
      for (var file : files.entrySet()) {
        var path = file.getKey();
        try {
          tracked.addAll(
              Stages.isLock(path)
                  ? stages(reader, commit, path, file.getValue())
                  : added(descriptions.parse(path, text(reader, file.getValue().id(), path))));
        } catch (WorkProblem e) {
          unreadable.add(new Unreadable(digits(commit), path, e.explanation()));
        }
      }
    }
    tracked.sort(Comparator.comparing(Tracked::path));
    return new Described(tracked, unreadable);
  }

  private static List<Tracked> added(Tracked tracked) {
    return tracked.isKnown() && tracked.file().sharing().cached() ? List.of(tracked) : List.of();
  }

  private List<Tracked> stages(ObjectReader reader, RevCommit commit, String path, Source lock)
      throws IOException {
    var loader = reader.open(lock.id(), Constants.OBJ_BLOB);
    if (loader.getSize() > DvcLock.MOST_BYTES) {
      throw new WorkProblem(
          "%s has %d bytes (expected: at most %d)"
              .formatted(path, loader.getSize(), DvcLock.MOST_BYTES),
          "split its stages into several folders");
    }
    var pipeline =
        lock.pipeline().isPresent()
            ? Optional.of(pipeline(reader, lock.pipeline().get()))
            : Optional.<String>empty();
    return Stages.read(
            descriptions.root(),
            path,
            utf8(loader.getCachedBytes()),
            pipeline,
            variables -> variables(reader, commit, path, variables))
        .outs();
  }

  /** A file of a commit that a {@code dvc.yaml} may take variables from. */
  private Optional<String> variables(
      ObjectReader reader, RevCommit commit, String lock, String path) {
    var place = DvcPipeline.place(lock, "", path);
    if (place.isEmpty()) {
      return Optional.empty();
    }
    var whole = prefix.isEmpty() ? place.get() : prefix + "/" + place.get();
    try (var walk = TreeWalk.forPath(reader, whole, commit.getTree())) {
      if (walk == null
          || (walk.getFileMode(0) != FileMode.REGULAR_FILE
              && walk.getFileMode(0) != FileMode.EXECUTABLE_FILE)) {
        return Optional.empty();
      }
      var loader = reader.open(walk.getObjectId(0), Constants.OBJ_BLOB);
      return loader.getSize() > DvcPipeline.MOST_BYTES
          ? Optional.empty()
          : Optional.of(utf8(loader.getCachedBytes(DvcPipeline.MOST_BYTES)));
    } catch (IOException _) {
      return Optional.empty();
    }
  }

  private static String pipeline(ObjectReader reader, ObjectId id) throws IOException {
    try (var in = reader.open(id, Constants.OBJ_BLOB).openStream()) {
      return utf8(in.readNBytes(DvcPipeline.MOST_BYTES + 1));
    }
  }

  private static String utf8(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }

  private Optional<ObjectId> top(ObjectReader reader, RevCommit commit) throws IOException {
    if (prefix.isEmpty()) {
      return Optional.of(commit.getTree());
    }
    try (var walk = TreeWalk.forPath(reader, prefix, commit.getTree())) {
      return walk == null || walk.getFileMode(0) != FileMode.TREE
          ? Optional.empty()
          : Optional.of(walk.getObjectId(0));
    }
  }

  /** A folder with {@code .dvc} in it is a repository of its own to DVC. */
  private static boolean isOther(ObjectReader reader, ObjectId tree) throws IOException {
    try (var walk = TreeWalk.forPath(reader, ".dvc", tree)) {
      return walk != null && walk.getFileMode(0) == FileMode.TREE;
    }
  }

  private static String text(ObjectReader reader, ObjectId id, String path) throws IOException {
    var loader = reader.open(id, Constants.OBJ_BLOB);
    Descriptions.requireShort(path, loader.getSize());
    return utf8(loader.getCachedBytes());
  }

  @Override
  public void close() {
    repository.close();
  }
}
