package dev.fovea.datasets.stages;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.util.Map;
import java.util.TreeMap;
import org.eclipse.jgit.dircache.DirCache;
import org.eclipse.jgit.dircache.DirCacheEntry;
import org.eclipse.jgit.lib.CommitBuilder;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.FileMode;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectInserter;
import org.eclipse.jgit.lib.PersonIdent;

/** Commits of plain files, by path and text, without a working tree. */
final class Commits {
  private Commits() {}

  static ObjectId tree(ObjectInserter inserter, Map<String, String> files) throws IOException {
    var index = DirCache.newInCore();
    var builder = index.builder();
    for (var file : new TreeMap<>(files).entrySet()) {
      var entry = new DirCacheEntry(file.getKey());
      entry.setFileMode(FileMode.REGULAR_FILE);
      entry.setObjectId(inserter.insert(Constants.OBJ_BLOB, file.getValue().getBytes(UTF_8)));
      builder.add(entry);
    }
    builder.finish();
    return index.writeTree(inserter);
  }

  static ObjectId commit(ObjectInserter inserter, ObjectId tree) throws IOException {
    var commit = new CommitBuilder();
    commit.setTreeId(tree);
    commit.setAuthor(new PersonIdent("ada", ""));
    commit.setCommitter(new PersonIdent("ada", ""));
    commit.setMessage("stages");
    var id = inserter.insert(commit);
    inserter.flush();
    return id;
  }
}
