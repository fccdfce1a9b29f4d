try {
  await import("@thenvoi/langchain/middleware");
  process.stdout.write(JSON.stringify("it loads"));
} catch (error) {
  process.stdout.write(JSON.stringify(error instanceof Error ? `${error.name}: ${error.message}` : "thrown"));
}
