package dev.fovea.datasets.dvc;

import dev.fovea.datasets.dvc.DvcObjects.Stored;
import dev.fovea.dvc.DvcMistake;
import dev.fovea.dvc.directory.DvcDirectory;
import dev.fovea.dvc.remote.HttpRemote;
import dev.fovea.kernel.Name;
import dev.fovea.kernel.NoSuchThing;
import dev.fovea.kernel.Problem.Kind;
import dev.fovea.kernel.Text;
import dev.fovea.store.ObjectStore;
import jakarta.servlet.http.HttpServletResponse;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.util.HashSet;
import java.util.regex.Pattern;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestMethod;
import org.springframework.web.bind.annotation.RestController;

/**
 * A DVC remote of the type {@code http}: what a stock {@code dvc push} and {@code dvc pull} ask for
 * (dvc-http 2.32: HEAD, then POST or PUT; GET).
 */
@RestController
@RequestMapping("/dvc/{project}/files/md5/{prefix}/{rest}")
class DvcRemote {
  static final Pattern NAME = Pattern.compile("[0-9a-f]{32}(\\.dir)?");
  private static final int MD5_DIGITS = 32;
  private static final int IN_MEMORY_BYTES = 4 << 20;

  private final DvcObjects names;
  private final ObjectStore objects;
  private final DvcProperties properties;

  DvcRemote(DvcObjects names, ObjectStore objects, DvcProperties properties) {
    this.names = names;
    this.objects = objects;
    this.properties = properties;
  }

  @RequestMapping(method = RequestMethod.HEAD)
  ResponseEntity<Void> has(
      @PathVariable Name project,
      @PathVariable String prefix,
      @PathVariable String rest,
      HttpServletResponse response) {
    response.setHeader(HttpRemote.ANSWERS, HttpRemote.MISSING); // kept where it is not there
    var stored = load(project, name(prefix, rest));
    return ResponseEntity.ok()
        .contentLength(stored.bytes())
        .contentType(MediaType.APPLICATION_OCTET_STREAM)
        .eTag(stored.digest().hex())
        .build();
  }

  @GetMapping
  void pull(
      @PathVariable Name project,
      @PathVariable String prefix,
      @PathVariable String rest,
      HttpServletResponse response)
      throws IOException {
    var stored = load(project, name(prefix, rest));
    // Verified before the first byte leaves: a client that has the announced length would not see
    // a failure at the end.
    if (stored.bytes() <= IN_MEMORY_BYTES) {
      var bytes = objects.bytes(stored.digest(), IN_MEMORY_BYTES);
      begin(response, stored).write(bytes);
    } else {
      try (var local = objects.local(stored.digest())) {
        Files.copy(local.path(), begin(response, stored));
      }
    }
  }

  private static OutputStream begin(HttpServletResponse response, Stored stored)
      throws IOException {
    response.setContentType(MediaType.APPLICATION_OCTET_STREAM_VALUE);
    response.setContentLengthLong(stored.bytes());
    response.setHeader(HttpHeaders.ETAG, '"' + stored.digest().hex() + '"');
    response.setHeader("X-Content-Type-Options", "nosniff");
    return response.getOutputStream();
  }

  @RequestMapping(method = {RequestMethod.PUT, RequestMethod.POST})
  ResponseEntity<Void> push(
      @PathVariable Name project,
      @PathVariable String prefix,
      @PathVariable String rest,
      InputStream body)
      throws IOException {
    var name = name(prefix, rest);
    var upload = new CheckedUpload(body, name, name.substring(0, MD5_DIGITS), limitBytes(name));
    if (name.endsWith(".dir")) {
      var bytes = upload.readAllBytes();
      requireChildren(project, name, bytes);
      names.name(project, name, new Stored(objects.put(bytes), bytes.length));
    } else {
      var digest = objects.put(upload);
      names.name(project, name, new Stored(digest, upload.bytes()));
    }
    return ResponseEntity.ok().build();
  }

  private long limitBytes(String name) {
    return (name.endsWith(".dir") ? properties.maxDirectory() : properties.maxObject()).toBytes();
  }

  // DVC takes a .dir on the remote as the proof that every file of it is there, and never asks
  // again.
  private void requireChildren(Name project, String name, byte[] bytes) throws IOException {
    DvcDirectory directory;
    try {
      directory = DvcDirectory.read(new ByteArrayInputStream(bytes), properties.maxFiles());
    } catch (DvcMistake e) {
      throw new DvcObjectRefused(
          Kind.INVALID,
          "object %s: %s".formatted(name, e.text()),
          "run 'dvc add' again with DVC 3, then 'dvc push'");
    }
    var children = new HashSet<>(directory.byPath().values());
    var missing = new HashSet<>(children);
    missing.removeAll(names.find(project, children).keySet());
    if (!missing.isEmpty()) {
      throw new DvcObjectRefused(
          Kind.CONFLICT,
          "object %s: %d of its %d files are not here, %s among them"
              .formatted(name, missing.size(), children.size(), missing.iterator().next()),
          "run 'dvc push' again; it sends the files first");
    }
  }

  private Stored load(Name project, String name) {
    return names
        .find(project, name)
        .orElseThrow(() -> new NoSuchThing("DVC object", name, "run 'dvc push' where the file is"));
  }

  private static String name(String prefix, String rest) {
    var name = prefix + rest;
    if (prefix.length() != 2 || !NAME.matcher(name).matches()) {
      throw new NoSuchThing(
          "DVC object",
          Text.excerpt(name),
          "ask for files/md5/ and 2 hex digits, then /, then 30, with .dir for a folder");
    }
    return name;
  }
}
