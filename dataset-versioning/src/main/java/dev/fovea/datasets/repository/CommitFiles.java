package dev.fovea.datasets.repository;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.eclipse.jgit.errors.LargeObjectException;
import org.eclipse.jgit.lib.FileMode;
import org.eclipse.jgit.lib.ObjectReader;
import org.eclipse.jgit.revwalk.RevCommit;
import org.eclipse.jgit.treewalk.TreeWalk;

/** The files of one commit, read from the object database. */
public final class CommitFiles {
  private final ObjectReader reader;
  private final RevCommit commit;

  /** Reads by this reader, which stays the caller's. */
  public CommitFiles(ObjectReader reader, RevCommit commit) {
    this.reader = reader;
    this.commit = commit;
  }

  /** What is at a path. */
  public sealed interface Content {
    /** A file with this text; bytes that are no UTF-8 are replaced. */
    record Text(String text) implements Content {}

    /** Nothing that can be used, and why, to be read after the path. */
    record Unusable(String reason) implements Content {}

    /** Nothing. */
    record Absent() implements Content {}
  }

  /**
   * The file at that path, if it is a plain file of at most so many bytes: links are never
   * followed.
   */
  public Content read(String path, int limitBytes) throws IOException {
    try (var walk = TreeWalk.forPath(reader, path, commit.getTree())) {
      if (walk == null) {
        return new Content.Absent();
      }
      var mode = walk.getFileMode(0);
      if (!mode.equals(FileMode.REGULAR_FILE) && !mode.equals(FileMode.EXECUTABLE_FILE)) {
        return new Content.Unusable(kind(mode) + " (expected: a plain file)");
      }
      var loader = reader.open(walk.getObjectId(0));
      if (loader.getSize() > limitBytes) {
        return new Content.Unusable(
            "has %d bytes (expected: at most %d)".formatted(loader.getSize(), limitBytes));
      }
      return new Content.Text(
          new String(loader.getCachedBytes(limitBytes), StandardCharsets.UTF_8));
    } catch (LargeObjectException e) {
      return new Content.Unusable(
          "is too large (expected: at most %d bytes)".formatted(limitBytes));
    } catch (IllegalArgumentException e) {
      return new Content.Absent(); // JGit's answer to an empty path
    }
  }

  private static String kind(FileMode mode) {
    if (mode.equals(FileMode.SYMLINK)) {
      return "is a link";
    }
    return mode.equals(FileMode.GITLINK) ? "is a submodule" : "is a folder";
  }
}
