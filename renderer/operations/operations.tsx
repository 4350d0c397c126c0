import { useCallback, useEffect, useState } from 'react';
import { cloud, type FailureKind, isLoggedOut, type Session } from './cloud-client.ts';
import { Crash } from './crash.tsx';
import { LogIn } from './log-in.tsx';
import { browserFormat, OperationsContext } from './operations-context.ts';
import { words } from './words.ts';
import { Workspace } from './workspace.tsx';

/** Who is at this page: not known yet, nobody, or somebody. */
type Visitor =
  | { readonly is: 'asking'; readonly failure?: FailureKind }
  | { readonly is: 'nobody'; readonly notice?: string }
  | { readonly is: 'logged-in'; readonly session: Session };

const ASK_AGAIN_MS = 2_000;

/** The operations page: a door, and behind it the views. */
export function Operations() {
  const [visitor, setVisitor] = useState<Visitor>({ is: 'asking' });
  const isAsking = visitor.is === 'asking';
  useEffect(() => {
    if (!isAsking) return undefined;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let isOver = false;
    const ask = async () => {
      const answer = await cloud.session();
      if (isOver) return;
      if (answer.ok) setVisitor({ is: 'logged-in', session: answer.value });
      else if (isLoggedOut(answer.failure)) setVisitor({ is: 'nobody' });
      else {
        setVisitor({ is: 'asking', failure: answer.failure });
        timer = setTimeout(ask, ASK_AGAIN_MS);
      }
    };
    void ask();
    return () => {
      isOver = true;
      clearTimeout(timer);
    };
  }, [isAsking]);

  const onLoggedOut = useCallback(
    () => setVisitor({ is: 'nobody', notice: words.logIn.ended }),
    [],
  );
  const logOut = useCallback(async () => {
    await cloud.logOut();
    setVisitor({ is: 'nobody' });
  }, []);

  if (visitor.is === 'asking') {
    return (
      <main className="door">
        <p role="status">
          {visitor.failure === undefined ? words.logIn.loading : words.failures[visitor.failure]}
        </p>
      </main>
    );
  }
  if (visitor.is === 'nobody') {
    const onLoggedIn = (session: Session) => setVisitor({ is: 'logged-in', session });
    return <LogIn notice={visitor.notice} onLoggedIn={onLoggedIn} />;
  }
  const { session } = visitor;
  return (
    <Crash>
      <OperationsContext value={{ session, format: browserFormat, onLoggedOut }}>
        <Workspace onLogOut={logOut} />
      </OperationsContext>
    </Crash>
  );
}
