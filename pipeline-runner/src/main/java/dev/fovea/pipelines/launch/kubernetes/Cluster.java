package dev.fovea.pipelines.launch.kubernetes;

import java.util.Optional;

/**
 * Where jobs run, and by what.
 *
 * @param namespace where
 * @param image Fovea's own, whose entry point is its command line
 * @param python the image that has Python, and the interpreter in it
 * @param pythonClaim a volume claim with packages for Python
 * @param objectsSecret the secret whose keys are the settings of the bucket
 */
public record Cluster(
    String namespace,
    String image,
    Optional<Python> python,
    Optional<String> pythonClaim,
    String objectsSecret) {
  /**
   * Python in an image.
   *
   * @param command the interpreter
   */
  public record Python(String image, String command) {}
}
