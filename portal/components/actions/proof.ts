type Ask = () => Promise<boolean>;

let ask: Ask | undefined;

/**
 * The dialog of the shell in which members say again who they are. What is returned takes it away.
 */
export function answerProofs(how: Ask): () => void {
  ask = how;
  return () => {
    if (ask === how) ask = undefined;
  };
}

/** Asks the member to say again who they are: whether they did. */
export function askForProof(): Promise<boolean> {
  return ask ? ask() : Promise.resolve(false);
}
