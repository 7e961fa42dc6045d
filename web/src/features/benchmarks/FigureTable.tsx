import { useId, type ReactNode } from "react";
import { useTranslation } from "react-i18next";

import classes from "./Benchmarks.module.css";

/** The figures of a report, one a row. `columns` are what stands above the values. */
export function FigureTable({ columns, children }: { columns: readonly string[]; children: ReactNode }) {
  const { t } = useTranslation();
  const id = useId();
  return (
    <section className={classes.section} aria-labelledby={id}>
      <h2 className={classes.title} id={id}>
        {t("benchmarks.figures")}
      </h2>
      <div className={classes.scroll}>
        <table className={classes.table}>
          <thead>
            <tr>
              {[t("benchmarks.figure"), ...columns].map((column) => (
                <th key={column} scope="col">
                  {column}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>{children}</tbody>
        </table>
      </div>
    </section>
  );
}
