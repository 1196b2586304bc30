package dev.fovea.web.runs;

import dev.fovea.kernel.Name;
import dev.fovea.kernel.NoSuchThing;
import dev.fovea.registry.RunFiles;
import dev.fovea.registry.RunViews;
import dev.fovea.store.NoSuchObject;
import dev.fovea.store.ObjectStore;
import dev.fovea.web.Shell;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Pattern;
import org.springframework.core.io.InputStreamResource;
import org.springframework.http.ContentDisposition;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.ModelAttribute;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestParam;

/**
 * The files of a run, each as a download of no type, so that no browser runs what a script logged.
 * A path is looked up as it was logged, never joined to a folder's.
 */
@Controller
class RunFilePages {
  /** What some system or other takes for a separator, or for nothing that a name may hold. */
  private static final Pattern NOT_IN_A_NAME = Pattern.compile("[\\\\:\\p{Cntrl}]");

  /** Of a folder on a page. */
  static final int SHOWN = 200;

  private final RunViews views;
  private final ObjectStore objects;

  RunFilePages(RunViews views, ObjectStore objects) {
    this.views = views;
    this.objects = objects;
  }

  /** One folder, a part after the other, however many files the run has. */
  @GetMapping("/{project}/runs/{id}/files")
  String folder(
      @PathVariable("project") Name project,
      @PathVariable("id") String id,
      @RequestParam(name = "under", defaultValue = "") String under,
      @RequestParam(name = "after", defaultValue = "") String after,
      @ModelAttribute(name = "shell", binding = false) Shell shell,
      Model page) {
    var run = views.of(project, List.of(id), "", 1).getFirst().run();
    var here = "/%s/runs/%s".formatted(project, run.id().substring(0, 8));
    var part = views.folder(project, run.id(), under, after, SHOWN);
    if (part.entries().isEmpty() && !(under.isEmpty() && after.isEmpty())) {
      throw new NoSuchThing(
          "folder or part of it", under, "go from the run's page down to what is there");
    }
    var name = RunLook.of(run, 0).name();
    page.addAttribute("title", "Files of " + name);
    page.addAttribute(
        "shell",
        shell.at(new Shell.Crumb("Runs", "/" + project + "/runs"), new Shell.Crumb(name, here)));
    page.addAttribute("here", here);
    page.addAttribute("folder", new FolderView(under, after, part));
    return "run-files";
  }

  /** The path is in the query, since it may hold what the path of an address may not. */
  @GetMapping("/{project}/runs/{id}/file")
  ResponseEntity<InputStreamResource> file(
      @PathVariable("project") Name project,
      @PathVariable("id") String id,
      @RequestParam("path") String path)
      throws IOException {
    return download(views.file(project, id, path));
  }

  private ResponseEntity<InputStreamResource> download(RunFiles.File file) throws IOException {
    try {
      return answer(file, objects.size(file.digest()), objects.open(file.digest()));
    } catch (NoSuchObject e) {
      throw new NoSuchThing(
          "content of file",
          file.path(),
          "the object store has lost %s; log the file again".formatted(file.digest()));
    }
  }

  private static ResponseEntity<InputStreamResource> answer(
      RunFiles.File file, long bytes, InputStream content) {
    return ResponseEntity.ok()
        .contentType(MediaType.APPLICATION_OCTET_STREAM)
        .contentLength(bytes)
        .header(
            HttpHeaders.CONTENT_DISPOSITION,
            ContentDisposition.attachment()
                .filename(name(file.path()), StandardCharsets.UTF_8)
                .build()
                .toString())
        .header("X-Content-Type-Options", "nosniff")
        .header("Content-Security-Policy", "default-src 'none'; sandbox")
        .body(new InputStreamResource(content));
  }

  private static String name(String path) {
    return NOT_IN_A_NAME.matcher(path.substring(path.lastIndexOf('/') + 1)).replaceAll("_");
  }
}
