package dev.fovea.demo;

/**
 * One part of the story. Each looks at what is there before it does anything, so that a story that
 * was broken off goes on where it was, and one that has ended is told again without doing it twice.
 */
interface Act {
  void play(Stage stage, Story story) throws Exception;
}
