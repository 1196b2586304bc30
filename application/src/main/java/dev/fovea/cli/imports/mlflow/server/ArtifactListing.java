package dev.fovea.cli.imports.mlflow.server;

import static dev.fovea.cli.imports.mlflow.server.Listing.BASE;

import dev.fovea.cli.imports.rest.Paged;
import dev.fovea.cli.imports.rest.Query;
import dev.fovea.cli.imports.rest.Refusal;
import dev.fovea.cli.imports.rest.Rest;
import dev.fovea.cli.imports.source.FilePath;
import dev.fovea.cli.imports.source.LoggedModel;
import dev.fovea.cli.imports.source.Remarks;
import dev.fovea.cli.imports.source.SourceFile;
import dev.fovea.cli.imports.source.SourceRun;
import dev.fovea.kernel.Text;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import tools.jackson.databind.JsonNode;

/** The files of runs and logged models, folder by folder. */
final class ArtifactListing {
  private static final int MOST_FILES = 1_000_000;

  private final Rest rest;
  private final boolean wanted;
  private final Remarks remarks;

  /**
   * @param wanted whether artifacts are; else nothing is asked for
   */
  ArtifactListing(Rest rest, boolean wanted, Remarks remarks) {
    this.rest = rest;
    this.wanted = wanted;
    this.remarks = remarks;
  }

  List<SourceFile> files(SourceRun run) throws IOException {
    return files(
        folder -> {
          var query = Query.of("run_id", run.id());
          return new Call(
              BASE + "artifacts/list", folder.isEmpty() ? query : query.and("path", folder));
        },
        path -> new Call("/get-artifact", Query.of("path", path).and("run_uuid", run.id())),
        run.id());
  }

  List<SourceFile> files(LoggedModel model) throws IOException {
    var id = Rest.encoded(model.id());
    return files(
        folder ->
            new Call(
                BASE + "logged-models/" + id + "/artifacts/directories",
                folder.isEmpty() ? Query.none() : Query.of("artifact_directory_path", folder)),
        path ->
            new Call(
                "/ajax-api/2.0/mlflow/logged-models/" + id + "/artifacts/files",
                Query.of("artifact_file_path", path)),
        model.id());
  }

  /** A GET. */
  private record Call(String path, Query query) {}

  private List<SourceFile> files(
      Function<String, Call> listing, Function<String, Call> file, String owner)
      throws IOException {
    var found = new ArrayList<SourceFile>();
    if (!wanted) {
      return found;
    }
    var folders = new ArrayList<>(List.of(""));
    var seen = new HashSet<String>();
    for (int i = 0; i < folders.size(); i++) {
      for (var entry : entries(listing.apply(folders.get(i)), owner)) {
        var path = entry.path("path").asString("");
        var fault =
            FilePath.fault(path)
                .or(() -> seen.add(path) ? Optional.empty() : Optional.of("it is listed twice"));
        if (fault.isPresent() || seen.size() > MOST_FILES) {
          remarks.fault(
              "a file of %s is not read: %s"
                  .formatted(
                      Text.excerpt(owner),
                      fault.orElse("there are more than %d".formatted(MOST_FILES))));
        } else if (entry.path("is_dir").asBoolean(false)) {
          folders.add(path);
        } else {
          var call = file.apply(path);
          found.add(
              new SourceFile(
                  path,
                  entry.path("file_size").asLong(0),
                  false,
                  () -> rest.download(call.path(), call.query())));
        }
      }
    }
    return List.copyOf(found);
  }

  private Iterable<JsonNode> entries(Call call, String owner) throws IOException {
    try {
      var entries = new ArrayList<JsonNode>();
      Paged.each(
          "files",
          token ->
              rest.get(
                  call.path(),
                  token.isEmpty() ? call.query() : call.query().and("page_token", token)),
          entries::add);
      return entries;
    } catch (Refusal e) {
      if (e.status() == 0 || e.status() == 401 || e.status() == 403) {
        throw e;
      }
      remarks.fault(
          "the artifacts of %s are not listed: %s".formatted(Text.excerpt(owner), e.explanation()));
      return List.of();
    }
  }
}
