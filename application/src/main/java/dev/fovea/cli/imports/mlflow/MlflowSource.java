package dev.fovea.cli.imports.mlflow;

import dev.fovea.cli.imports.mlflow.database.DatabaseAddress;
import dev.fovea.cli.imports.mlflow.database.SqlStore;
import dev.fovea.cli.imports.mlflow.server.RestStore;
import dev.fovea.cli.imports.mlflow.stored.ArtifactFolders;
import dev.fovea.cli.imports.rest.Patience;
import dev.fovea.cli.imports.rest.Rest;
import dev.fovea.cli.imports.source.Remarks;
import dev.fovea.cli.imports.source.Source;
import dev.fovea.kernel.InvalidRequest;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Opens what MLflow keeps, wherever it keeps it.
 *
 * @param text an http address, a database's address, or a folder
 * @param workspace of MLflow
 * @param artifacts folders in which artifacts are looked for before the store's own
 * @param withArtifacts whether they are wanted
 */
public record MlflowSource(
    String text, String workspace, List<Path> artifacts, boolean withArtifacts) {
  /** Kept apart from MLFLOW_TRACKING_TOKEN, which may hold Fovea's own. */
  public static final String TOKEN = "FOVEA_IMPORT_TOKEN";

  /** Of two letters at least, since one is a drive. */
  private static final Pattern ADDRESS = Pattern.compile("(?s)[a-zA-Z][a-zA-Z0-9+.-]+:.*");

  public static final String USER = "FOVEA_IMPORT_USER";
  public static final String PASSWORD = "FOVEA_IMPORT_PASSWORD";
  public static final String DEFAULT_WORKSPACE = "default";

  /**
   * Opens it.
   *
   * @param environment of this process
   */
  public Source open(Map<String, String> environment, Patience patience, Remarks remarks)
      throws IOException {
    if (text.matches("https?://.*")) {
      return new RestStore(
          new Rest(address(), headers(environment), patience), withArtifacts, remarks);
    }
    if (DatabaseAddress.isOne(text)) {
      var address = new DatabaseAddress(text);
      var database = address.open(variable(environment, PASSWORD));
      try {
        var usual =
            address
                .file()
                .map(file -> List.of(file.toAbsolutePath().getParent()))
                .orElse(List.of());
        return SqlStore.open(database, workspace, folders(usual, remarks), remarks);
      } catch (IOException | RuntimeException e) {
        database.close();
        throw e;
      }
    }
    if (ADDRESS.matcher(text).matches() && !text.startsWith("file:")) {
      throw new InvalidRequest(
          "'%s' is no source that can be read".formatted(shown()),
          "give an http address, sqlite:///file, postgresql://… or a folder of MLflow's file store");
    }
    var folder = Path.of(text.replaceFirst("^file:(//)?", ""));
    return FileStore.open(folder, folders(List.of(folder), remarks), remarks);
  }

  /**
   * The source as it may be printed: without a password, of which nobody knows where it ends before
   * the last {@code @}, and without what stands behind a question mark.
   */
  public String shown() {
    if (!ADDRESS.matcher(text).matches()) {
      return text;
    }
    return text.replaceFirst("(?s)//([^/:@?#]*):.*@", "//$1:…@").replaceFirst("(?s)[?#].*", "?…");
  }

  private ArtifactFolders folders(List<Path> usual, Remarks remarks) throws IOException {
    if (!withArtifacts) {
      return ArtifactFolders.none(remarks);
    }
    var all = new ArrayList<>(artifacts);
    all.addAll(usual);
    return ArtifactFolders.of(all, !artifacts.isEmpty(), remarks);
  }

  private URI address() {
    try {
      var uri = new URI(text.replaceAll("/+$", ""));
      if (uri.getHost() != null && uri.getRawUserInfo() == null && uri.getQuery() == null) {
        return uri;
      }
    } catch (URISyntaxException _) {
      // Said below.
    }
    throw new InvalidRequest(
        "'%s' is no plain address of a server".formatted(shown()),
        "write http://host:port, and put a name and password into %s and %s"
            .formatted(USER, PASSWORD));
  }

  private Map<String, String> headers(Map<String, String> environment) {
    var headers = new HashMap<String, String>();
    var token = variable(environment, TOKEN);
    var user = variable(environment, USER);
    if (token.isPresent()) {
      headers.put("Authorization", "Bearer " + token.get());
    } else if (user.isPresent()) {
      var both = user.get() + ":" + variable(environment, PASSWORD).orElse("");
      headers.put(
          "Authorization",
          "Basic " + Base64.getEncoder().encodeToString(both.getBytes(StandardCharsets.UTF_8)));
    }
    if (!workspace.equals(DEFAULT_WORKSPACE)) {
      headers.put("X-MLFLOW-WORKSPACE", workspace);
    }
    return headers;
  }

  private static Optional<String> variable(Map<String, String> environment, String name) {
    return Optional.ofNullable(environment.get(name)).filter(value -> !value.isBlank());
  }
}
