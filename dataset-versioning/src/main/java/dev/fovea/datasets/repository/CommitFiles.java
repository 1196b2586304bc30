package dev.fovea.datasets.repository;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.eclipse.jgit.errors.LargeObjectException;
import org.eclipse.jgit.lib.FileMode;
import org.eclipse.jgit.lib.ObjectReader;
import org.eclipse.jgit.revwalk.RevCommit;
import org.eclipse.jgit.treewalk.TreeWalk;

/** The files of one commit, read from the object database. */
public final class CommitFiles {
  private static final int MOST_DEEP = 64;
  private static final int MOST_PATH = 1024;

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

  /** The bytes of a plain file of at most so many; absent where there is none. */
  public Optional<byte[]> bytes(String path, int limitBytes) throws IOException {
    try (var walk = TreeWalk.forPath(reader, path, commit.getTree())) {
      if (walk == null || (walk.getRawMode(0) & FileMode.TYPE_MASK) != FileMode.TYPE_FILE) {
        return Optional.empty();
      }
      var loader = reader.open(walk.getObjectId(0));
      return loader.getSize() > limitBytes
          ? Optional.empty()
          : Optional.of(loader.getCachedBytes(limitBytes));
    } catch (LargeObjectException | IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /**
   * Where files of that name are.
   *
   * @param paths in Git's order
   * @param complete false where the commit has more files or folders in each other than were looked
   *     at
   */
  public record Found(List<String> paths, boolean complete) {}

  /**
   * Looks for files of one name in every folder, at most 64 deep.
   *
   * @param mostEntries how many files and folders are looked at
   */
  public Found named(String name, int mostEntries) throws IOException {
    var paths = new ArrayList<String>();
    boolean complete = true;
    int left = mostEntries;
    try (var walk = new TreeWalk(reader)) {
      walk.addTree(commit.getTree());
      while (walk.next()) {
        if (left-- == 0) {
          return new Found(paths, false);
        }
        if (walk.isSubtree()) {
          // Trees may hold each other's: few objects make a forest without an end.
          if (walk.getDepth() < MOST_DEEP && walk.getPathLength() <= MOST_PATH) {
            walk.enterSubtree();
          } else {
            complete = false;
          }
        } else if (walk.getNameString().equals(name) && walk.getPathLength() <= MOST_PATH) {
          paths.add(walk.getPathString());
        }
      }
    }
    return new Found(paths, complete);
  }

  private static String kind(FileMode mode) {
    if (mode.equals(FileMode.SYMLINK)) {
      return "is a link";
    }
    return mode.equals(FileMode.GITLINK) ? "is a submodule" : "is a folder";
  }
}
