package dev.fovea.demo;

import java.nio.file.Path;

public final class Demo {
  public Demo(Path home, int port, boolean annotate, boolean exit) {}

  public boolean play() {
    return false;
  }
}
