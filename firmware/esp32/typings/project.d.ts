/** The app of the project that is built: its manifest names the file, the repository's own takes the relay. */
declare module 'project/app' {
  const app: import('../../app/board.js').MakeApp;
  export default app;
}
