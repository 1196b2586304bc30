package dev.fovea.datasets.repository;

import dev.fovea.kernel.GitCommit;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.eclipse.jgit.dircache.DirCache;
import org.eclipse.jgit.dircache.DirCacheBuilder;
import org.eclipse.jgit.dircache.DirCacheEditor;
import org.eclipse.jgit.dircache.DirCacheEntry;
import org.eclipse.jgit.lib.CommitBuilder;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.FileMode;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectReader;
import org.eclipse.jgit.lib.PersonIdent;
import org.eclipse.jgit.lib.RefUpdate;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.revwalk.RevCommit;

/**
 * A commit that changes some text files of its parent.
 *
 * @param files the new text of each, by path
 * @param author a name; no address is known
 */
public record TreeEdit(Map<String, String> files, String author, String message) {
  /** Writes the commit; no branch knows it yet. */
  public GitCommit write(Repository repository, RevCommit parent) throws IOException {
    try (var inserter = repository.newObjectInserter();
        var reader = repository.newObjectReader()) {
      var index = index(reader, parent);
      var editor = index.editor();
      for (var file : files.entrySet()) {
        var blob =
            inserter.insert(Constants.OBJ_BLOB, file.getValue().getBytes(StandardCharsets.UTF_8));
        editor.add(new PlainFile(file.getKey(), blob));
      }
      editor.finish();
      var commit = new CommitBuilder();
      commit.setTreeId(index.writeTree(inserter));
      commit.setParentId(parent);
      commit.setAuthor(new PersonIdent(author, ""));
      commit.setCommitter(new PersonIdent("Fovea", ""));
      commit.setMessage(message);
      var id = inserter.insert(commit);
      inserter.flush();
      return GitCommit.of(id.name());
    }
  }

  /** Moves a branch from one commit to another; false when it is elsewhere by now. */
  public static boolean advance(Repository repository, String branch, ObjectId from, GitCommit to)
      throws IOException {
    var update = repository.updateRef(Constants.R_HEADS + branch);
    update.setExpectedOldObjectId(from);
    update.setNewObjectId(ObjectId.fromString(to.sha()));
    update.setRefLogMessage("fovea: labelled frames", false);
    var result = update.update();
    return result == RefUpdate.Result.FAST_FORWARD || result == RefUpdate.Result.NO_CHANGE;
  }

  private static DirCache index(ObjectReader reader, RevCommit parent) throws IOException {
    var index = DirCache.newInCore();
    DirCacheBuilder builder = index.builder();
    builder.addTree(new byte[0], DirCacheEntry.STAGE_0, reader, parent.getTree());
    builder.finish();
    return index;
  }

  private static final class PlainFile extends DirCacheEditor.PathEdit {
    private final ObjectId blob;

    PlainFile(String path, ObjectId blob) {
      super(path);
      this.blob = blob;
    }

    @Override
    public void apply(DirCacheEntry entry) {
      entry.setFileMode(FileMode.REGULAR_FILE);
      entry.setObjectId(blob);
    }
  }
}
