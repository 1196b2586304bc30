package dev.fovea.datasets;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.fovea.dvc.DvcFile;
import dev.fovea.dvc.Md5;
import dev.fovea.dvc.directory.DvcDirectory;
import dev.fovea.dvc.directory.DvcDirectory.Entry;
import dev.fovea.kernel.GitCommit;
import dev.fovea.kernel.Name;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Map;
import java.util.TreeMap;
import org.eclipse.jgit.api.Git;
import org.eclipse.jgit.transport.RefSpec;
import org.eclipse.jgit.transport.RemoteRefUpdate;
import org.eclipse.jgit.transport.UsernamePasswordCredentialsProvider;

/**
 * A team with a clone and a dataset folder, that speaks Git and DVC to the server as the stock
 * clients do.
 */
public final class Team {
  public static final String TEAM_FILE =
      """
      project: %s
      datasets:
        digits:
          path: data/digits.dvc
          format: csv
          classes: ["0", "1", "2"]
      """;

  private final HttpClient http = HttpClient.newHttpClient();
  private final Name project;
  private final String server;
  private final String who;
  private final Git git;
  private final Map<String, byte[]> files = new TreeMap<>();
  private final StringBuilder labels = new StringBuilder("path,label,split,slice\n");

  /** What the pusher saw. */
  public record Pushed(RemoteRefUpdate.Status status, String reason, String terminal) {
    public boolean accepted() {
      return status == RemoteRefUpdate.Status.OK;
    }
  }

  Team(Name project, String server, String who, Path clone) throws Exception {
    this.project = project;
    this.server = server;
    this.who = who;
    this.git = Git.init().setDirectory(clone.toFile()).setInitialBranch("main").call();
    write("fovea.yaml", TEAM_FILE.formatted(project));
  }

  public Name project() {
    return project;
  }

  public Git git() {
    return git;
  }

  /** A second clone of the same project. */
  public Team colleague(String name, Path clone) throws Exception {
    var colleague = new Team(project, server, name, clone);
    colleague.files.putAll(files);
    colleague.labels.setLength(0);
    colleague.labels.append(labels);
    colleague.pull();
    return colleague;
  }

  public void write(String path, String text) throws IOException {
    var file = git.getRepository().getWorkTree().toPath().resolve(path);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }

  /** Puts a labelled image into the dataset folder. */
  public Team image(String path, byte[] bytes, String label, String split) {
    files.put(path, bytes);
    return row(path, label, split);
  }

  /** Puts a file that nothing is said about into the dataset folder. */
  public Team file(String path, byte[] bytes) {
    files.put(path, bytes);
    return this;
  }

  /** Takes a file and what is said of it out of the dataset folder. */
  public Team without(String path) {
    files.remove(path);
    var kept = labels.toString().lines().filter(row -> !row.startsWith(path + ",")).toList();
    labels.setLength(0);
    kept.forEach(row -> labels.append(row).append('\n'));
    return this;
  }

  public Team row(String path, String label, String split) {
    labels.append(path).append(',').append(label).append(',').append(split).append(",\n");
    return this;
  }

  /** Six sound images: two a class, four to train on and two to test on. */
  public Team soundImages() {
    for (int i = 0; i < 6; i++) {
      image(
          "images/%d.png".formatted(i),
          TestImages.png(100 + i),
          String.valueOf(i % 3),
          i < 4 ? "train" : "test");
    }
    return this;
  }

  /** What {@code dvc add} does; answers the folder. */
  public DvcDirectory dvcAdd() throws IOException {
    files.put("labels.csv", labels.toString().getBytes(UTF_8));
    var directory =
        new DvcDirectory(
            files.entrySet().stream()
                .map(file -> new Entry(Md5.hex(file.getValue()), file.getKey()))
                .toList());
    long bytes = files.values().stream().mapToLong(file -> file.length).sum();
    write(
        "data/digits.dvc",
        DvcFile.tracking("digits", directory.name(), bytes, files.size()).text());
    return directory;
  }

  /** Writes the dataset folder to disk, as it was added last. */
  public void writeTo(Path place) throws IOException {
    for (var file : files.entrySet()) {
      var to = place.resolve(file.getKey());
      Files.createDirectories(to.getParent());
      Files.write(to, file.getValue());
    }
  }

  /** What {@code dvc push} does: ask for each, send those that are missing, the folder last. */
  public void dvcPush() throws Exception {
    var directory = dvcAdd();
    for (var file : files.values()) {
      send(Md5.hex(file), file);
    }
    send(directory.name(), directory.bytes());
  }

  private void send(String name, byte[] bytes) throws Exception {
    if (dvc("HEAD", name, new byte[0]).statusCode() == 404) {
      var answer = dvc("POST", name, bytes);
      if (answer.statusCode() != 200) {
        throw new IOException(
            "%d: %s".formatted(answer.statusCode(), new String(answer.body(), UTF_8)));
      }
    }
  }

  /** One request to the DVC remote. */
  public HttpResponse<byte[]> dvc(String method, String name, byte[] body) throws Exception {
    var path = "/files/md5/%s/%s".formatted(name.substring(0, 2), name.substring(2));
    return http.send(
        request(path).method(method, BodyPublishers.ofByteArray(body)).build(),
        BodyHandlers.ofByteArray());
  }

  /** Asks the DVC remote which of many objects are missing. */
  public HttpResponse<String> missing(String names) throws Exception {
    return http.send(
        request("/missing")
            .header("Content-Type", "text/plain")
            .POST(BodyPublishers.ofString(names))
            .build(),
        BodyHandlers.ofString());
  }

  private HttpRequest.Builder request(String path) {
    var request = HttpRequest.newBuilder(URI.create(dvcAddress() + path));
    authorization().forEach(request::header);
    return request;
  }

  /** Where the DVC remote is. */
  public URI dvcAddress() {
    return URI.create("%s/dvc/%s".formatted(server, project));
  }

  /** What a request for the DVC remote has in its header. */
  public Map<String, String> authorization() {
    return Map.of(
        "Authorization",
        "Basic " + Base64.getEncoder().encodeToString((who + ":x").getBytes(UTF_8)));
  }

  /** Everything that a new version takes but the Git push. */
  public Team prepared(String message) throws Exception {
    dvcPush();
    commit(message);
    return this;
  }

  public GitCommit commit(String message) throws Exception {
    git.add().addFilepattern(".").call();
    return GitCommit.of(
        git.commit()
            .setMessage(message)
            .setAuthor(who, "")
            .setCommitter(who, "")
            .setSign(false)
            .call()
            .name());
  }

  public Pushed push() throws Exception {
    return push("refs/heads/main:refs/heads/main");
  }

  public Pushed push(String refSpec) throws Exception {
    var result =
        git.push()
            .setRemote(url())
            .setRefSpecs(new RefSpec(refSpec))
            .setCredentialsProvider(credentials())
            .call()
            .iterator()
            .next();
    var update = result.getRemoteUpdates().iterator().next();
    return new Pushed(
        update.getStatus(), String.valueOf(update.getMessage()), result.getMessages());
  }

  /** Fetches main and sets the clone to it. */
  public void pull() throws Exception {
    git.fetch()
        .setRemote(url())
        .setRefSpecs("+refs/heads/main:refs/remotes/origin/main")
        .setCredentialsProvider(credentials())
        .call();
    git.reset()
        .setMode(org.eclipse.jgit.api.ResetCommand.ResetType.HARD)
        .setRef("refs/remotes/origin/main")
        .call();
  }

  public String url() {
    return "%s/git/%s.git".formatted(server, project);
  }

  public String server() {
    return server;
  }

  public UsernamePasswordCredentialsProvider credentials() {
    return new UsernamePasswordCredentialsProvider(who, "x");
  }
}
