package dev.fovea.cli.imports.mlflow.database;

import dev.fovea.cli.imports.mlflow.stored.ArtifactFolders;
import dev.fovea.cli.imports.source.SourceFile;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Where the rows of runs and logged models say that their artifacts are. */
final class ArtifactPlaces {
  private final ArtifactFolders folders;
  private final Map<String, String> uris = new HashMap<>();

  ArtifactPlaces(ArtifactFolders folders) {
    this.folders = folders;
  }

  /** Notes where a run or a logged model says that they are. */
  void note(String owner, String uri) {
    uris.put(owner, uri);
  }

  /** The files of a run or a logged model; none where it was never read. */
  List<SourceFile> files(String owner) throws IOException {
    return folders.files(uris.getOrDefault(owner, ""), owner);
  }
}
