package dev.fovea.dvc.remote;

import java.util.Optional;

/**
 * Who asks an S3. Its text tells nothing of them.
 *
 * @param session of keys that expire
 */
record S3Keys(String accessKey, String secretKey, Optional<String> session) {
  @Override
  public String toString() {
    return "keys";
  }
}
